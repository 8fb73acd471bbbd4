package dev.glis.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Map;
import javax.net.ssl.HttpsURLConnection;
import org.jspecify.annotations.Nullable;

/**
 * Signed calls of one server. Built on HttpURLConnection, because the JDK's newer client takes a
 * tenth of a second longer to load, which is most of what a short command takes.
 */
final class Api {
    private static final byte[] NO_BYTES = new byte[0];
    private static final int CONNECT_TIMEOUT_MS = 5_000;

    /** Longer than any function may run, so that an invocation is never called a second time. */
    private static final int READ_TIMEOUT_MS = 16 * 60_000;

    static {
        // A request whose answer got lost must not silently be sent again.
        System.setProperty("sun.net.http.retryPost", "false");
        System.setProperty("sun.net.http.allowRestrictedHeaders", "true");
    }

    private final DataFolder.Server server;
    private final Signer signer;
    private final Clock clock;

    Api(DataFolder.Server server, Credentials credentials, Clock clock) {
        this.server = server;
        this.signer = new Signer(credentials, server.region());
        this.clock = clock;
    }

    DataFolder.Server server() {
        return server;
    }

    /** Calls an API that answers JSON. */
    JsonNode call(
            String service,
            String method,
            String path,
            Map<String, String> query,
            @Nullable JsonNode body) {
        byte[] bytes = body == null ? NO_BYTES : Json.bytes(body);
        return exchange(service, method, path, query, Map.of(), bytes).json();
    }

    /** Sends a request and takes the whole response, which must tell of success. */
    Response exchange(
            String service,
            String method,
            String path,
            Map<String, String> query,
            Map<String, String> headers,
            byte[] body) {
        var connection = open(service, method, path, query, headers, body);
        try (InputStream stream = success(connection)) {
            return new Response(connection.getResponseCode(), connection, stream.readAllBytes());
        } catch (IOException e) {
            throw broken(e);
        }
    }

    /** Sends a request and hands out the response's body as it comes. */
    InputStream stream(String service, String path, Map<String, String> query) {
        var connection = open(service, "GET", path, query, Map.of(), NO_BYTES);
        try {
            connection.setReadTimeout(0);
            return success(connection);
        } catch (IOException e) {
            throw broken(e);
        }
    }

    private HttpURLConnection open(
            String service,
            String method,
            String path,
            Map<String, String> query,
            Map<String, String> headers,
            byte[] body) {
        String queryText = Signer.canonicalQuery(query);
        var uri =
                URI.create(server.endpoint() + path + (queryText.isEmpty() ? "" : "?" + queryText));
        try {
            var connection =
                    (HttpURLConnection) uri.toURL().openConnection(java.net.Proxy.NO_PROXY);
            if (connection instanceof HttpsURLConnection secure) {
                PinnedServer.at(server.certificates()).expectedBy(secure);
            }
            connection.setRequestMethod(method);
            connection.setInstanceFollowRedirects(false);
            connection.setConnectTimeout(CONNECT_TIMEOUT_MS);
            connection.setReadTimeout(READ_TIMEOUT_MS);
            headers.forEach(connection::setRequestProperty);
            signer.sign(service, method, uri, headers, body, clock.instant())
                    .forEach(connection::setRequestProperty);
            if (body.length > 0) {
                send(connection, body);
            }
            return connection;
        } catch (IOException e) {
            throw broken(e);
        }
    }

    private static void send(HttpURLConnection connection, byte[] body) throws IOException {
        if (connection.getRequestProperty("Content-Type") == null) {
            connection.setRequestProperty("Content-Type", "application/json");
        }
        connection.setDoOutput(true);
        connection.setFixedLengthStreamingMode(body.length);
        try (var stream = connection.getOutputStream()) {
            stream.write(body);
        }
    }

    private static InputStream success(HttpURLConnection connection) throws IOException {
        int status = connection.getResponseCode();
        if (status < 300) {
            return connection.getInputStream();
        }
        try (InputStream stream = connection.getErrorStream()) {
            byte[] body = stream == null ? NO_BYTES : stream.readAllBytes();
            throw failure(status, connection.getHeaderField("x-amzn-ErrorType"), body);
        }
    }

    private static ServiceFailure failure(int status, @Nullable String errorType, byte[] body) {
        JsonNode json = Json.object();
        try {
            json = Json.parse(body);
        } catch (JsonProcessingException e) {
            // An answer in another form is shown as it is, below.
        }
        String code =
                errorType != null ? errorType : text(json, "code", "__type", "HTTP " + status);
        String message =
                text(json, "message", "Message", new String(body, StandardCharsets.UTF_8).strip());
        String help = text(json, "help", "Help", "");
        int colon = code.indexOf(':');
        return new ServiceFailure(
                status,
                colon < 0 ? code : code.substring(0, colon),
                help.isEmpty() ? message : message + "\n" + help,
                json);
    }

    private static String text(JsonNode json, String name, String otherName, String otherwise) {
        if (json.hasNonNull(name)) {
            return json.get(name).asText();
        }
        return json.path(otherName).asText(otherwise);
    }

    private Failure broken(IOException e) {
        String reason =
                e instanceof ConnectException
                        ? "does not answer; 'glis down' and 'glis up --detach' start it afresh"
                        : "broke the connection: " + e.getMessage();
        return new Failure("The server at " + server.endpoint() + " " + reason, e);
    }

    /** A whole response. */
    record Response(int status, HttpURLConnection connection, byte[] body) {
        JsonNode json() {
            if (body.length == 0) {
                return Json.object();
            }
            try {
                return Json.parse(body);
            } catch (JsonProcessingException e) {
                throw new Failure("The server's answer is not JSON: " + e.getOriginalMessage(), e);
            }
        }

        @Nullable String header(String name) {
            return connection.getHeaderField(name);
        }
    }
}
