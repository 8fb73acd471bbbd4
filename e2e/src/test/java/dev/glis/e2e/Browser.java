package dev.glis.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A headless Chromium with one tab, driven by its DevTools protocol. */
final class Browser implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long PATIENCE_SECONDS = 60;

    private final Process process;
    private final WebSocket socket;
    private final String session;
    private final AtomicLong number = new AtomicLong();
    private final Map<Long, CompletableFuture<JsonNode>> waiting = new ConcurrentHashMap<>();

    private Browser(Process process, URI address) throws Exception {
        this.process = process;
        this.socket =
                HttpClient.newHttpClient()
                        .newWebSocketBuilder()
                        .buildAsync(address, new Listener())
                        .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        JsonNode target =
                send("", "Target.createTarget", JSON.createObjectNode().put("url", "about:blank"));
        this.session =
                send(
                                "",
                                "Target.attachToTarget",
                                JSON.createObjectNode()
                                        .put("targetId", target.path("targetId").asText())
                                        .put("flatten", true))
                        .path("sessionId")
                        .asText();
        call("Page.enable");
    }

    /** Starts it on a profile of its own. */
    static Browser start() throws Exception {
        Path profile = Files.createTempDirectory("glis-e2e-browser-");
        var builder =
                new ProcessBuilder(
                                "chromium",
                                "--headless=new",
                                "--no-sandbox",
                                "--disable-gpu",
                                "--disable-dev-shm-usage",
                                "--disable-background-networking",
                                "--disable-component-update",
                                "--no-first-run",
                                "--remote-debugging-port=0",
                                "--user-data-dir=" + profile,
                                "about:blank")
                        .redirectErrorStream(true)
                        .redirectOutput(profile.resolve("output.txt").toFile());
        builder.environment().put("HOME", profile.toString());
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new AssertionError("Chromium is missing: sudo apt-get install chromium", e);
        }
        Path port = profile.resolve("DevToolsActivePort");
        List<String> lines =
                Eventually.holds(
                        () -> Files.exists(port) ? Files.readAllLines(port) : List.<String>of(),
                        read -> read.size() == 2);
        return new Browser(
                process, URI.create("ws://127.0.0.1:" + lines.getFirst() + lines.getLast()));
    }

    @Override
    public void close() {
        process.destroy();
        try {
            process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    // ---- what a person does

    /** Goes to an address and waits until the page is there. */
    void open(String address) throws Exception {
        run("window.glisLeft = true");
        call("Page.navigate", "url", address);
        awaitPage();
    }

    /** Clicks on the first thing that a selector finds, and waits for the page that comes. */
    void follow(String selector) throws Exception {
        run("window.glisLeft = true");
        click(selector);
        awaitPage();
    }

    /** Clicks on the link or button with these words, and waits for the page that comes. */
    void press(String words) throws Exception {
        run("window.glisLeft = true");
        run(
                "(() => { const found = [...document.querySelectorAll('main a, main button,"
                        + " header a, header button')].find(e => e.textContent.trim() === "
                        + quoted(words)
                        + "); if (!found) throw new Error('Nothing to press: ' + "
                        + quoted(words)
                        + "); found.click(); })()");
        awaitPage();
    }

    void click(String selector) throws Exception {
        run(element(selector) + ".click()");
    }

    /** Types into a field what a script of the page also hears of. */
    void type(String selector, String text) throws Exception {
        run(
                "(() => { const field = "
                        + element(selector)
                        + "; field.value = "
                        + quoted(text)
                        + "; field.dispatchEvent(new Event('input', {bubbles: true})); })()");
    }

    /** What the page says. */
    String text() throws Exception {
        return run("document.body.innerText").asText();
    }

    String text(String selector) throws Exception {
        return run(element(selector) + ".textContent").asText();
    }

    String title() throws Exception {
        return run("document.title").asText();
    }

    // ---- what a test does

    /** A script's value. */
    JsonNode run(String script) throws Exception {
        ObjectNode parameters =
                JSON.createObjectNode()
                        .put("expression", script)
                        .put("returnByValue", true)
                        .put("awaitPromise", true);
        JsonNode answer = send(session, "Runtime.evaluate", parameters);
        JsonNode failure = answer.path("exceptionDetails");
        if (!failure.isMissingNode()) {
            throw new AssertionError(failure.path("exception").path("description").asText());
        }
        return answer.path("result").path("value");
    }

    /** Has scripts of pages run, or not. */
    void useScripts(boolean on) throws Exception {
        send(
                session,
                "Emulation.setScriptExecutionDisabled",
                JSON.createObjectNode().put("value", !on));
    }

    void prefer(String scheme) throws Exception {
        ObjectNode parameters = JSON.createObjectNode();
        parameters
                .putArray("features")
                .addObject()
                .put("name", "prefers-color-scheme")
                .put("value", scheme);
        send(session, "Emulation.setEmulatedMedia", parameters);
    }

    void size(int width, int height) throws Exception {
        send(
                session,
                "Emulation.setDeviceMetricsOverride",
                JSON.createObjectNode()
                        .put("width", width)
                        .put("height", height)
                        .put("deviceScaleFactor", 1)
                        .put("mobile", width < 500));
    }

    /** A picture of the whole page. */
    void picture(Path file) throws Exception {
        JsonNode answer =
                send(
                        session,
                        "Page.captureScreenshot",
                        JSON.createObjectNode()
                                .put("format", "png")
                                .put("captureBeyondViewport", true));
        Files.write(file, Base64.getDecoder().decode(answer.path("data").asText()));
    }

    private void awaitPage() throws Exception {
        Eventually.holds(
                () -> {
                    try {
                        return run("document.readyState === 'complete' && !window.glisLeft")
                                .asBoolean();
                    } catch (AssertionError e) {
                        return false;
                    }
                },
                there -> there);
    }

    private static String element(String selector) {
        return "(document.querySelector("
                + quoted(selector)
                + ") || (() => { throw new Error('Not there: ' + "
                + quoted(selector)
                + "); })())";
    }

    private static String quoted(String text) {
        return JSON.getNodeFactory().textNode(text).toString();
    }

    // ---- the protocol

    private JsonNode call(String method, String... namesAndValues) throws Exception {
        ObjectNode parameters = JSON.createObjectNode();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            parameters.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return send(session, method, parameters);
    }

    private JsonNode send(String toSession, String method, ObjectNode parameters) throws Exception {
        long id = number.incrementAndGet();
        var answer = new CompletableFuture<JsonNode>();
        waiting.put(id, answer);
        ObjectNode message = JSON.createObjectNode().put("id", id).put("method", method);
        message.set("params", parameters);
        if (!toSession.isEmpty()) {
            message.put("sessionId", toSession);
        }
        socket.sendText(message.toString(), true).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        JsonNode found = answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (found.has("error")) {
            throw new AssertionError(method + ": " + found.path("error"));
        }
        return found.path("result");
    }

    /** Puts messages together and gives answers to who waits. */
    private final class Listener implements WebSocket.Listener {
        private final StringBuilder message = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(
                WebSocket from, CharSequence part, boolean last) {
            message.append(part);
            if (last) {
                read(message.toString());
                message.setLength(0);
            }
            from.request(1);
            return null;
        }

        private void read(String text) {
            try {
                JsonNode json = JSON.readTree(text);
                CompletableFuture<JsonNode> answer = waiting.remove(json.path("id").asLong());
                if (answer != null) {
                    answer.complete(json);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
