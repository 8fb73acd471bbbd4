package dev.glis.wire.lambda;

import dev.glis.base.Clock;
import dev.glis.base.Fault;
import dev.glis.base.Limits;
import dev.glis.functions.FunctionAdmin;
import dev.glis.net.HttpHandler;
import dev.glis.net.HttpRequest;
import dev.glis.net.HttpResponder;
import dev.glis.net.HttpResponse;
import dev.glis.net.RequestBody;
import dev.glis.wire.Call;
import dev.glis.wire.Query;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.concurrent.Executor;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Links by which code can be downloaded for ten minutes without a signature, as AWS gives them out
 * with GetFunction: whoever has the link may use it. The path names the code's hash, the query the
 * end of its time and an HMAC over both. Serves the links too: on event-loop threads, the file on a
 * virtual thread.
 */
public final class CodeLinks implements HttpHandler {
    /** All links' paths begin with this. */
    private static final String PREFIX = "/_glis/code/";

    private final FunctionAdmin functions;
    private final byte[] key;
    private final Clock clock;
    private final Executor executor;

    public CodeLinks(FunctionAdmin functions, Clock clock, Executor executor) {
        this.functions = functions;
        this.key = functions.linkKey().getBytes(StandardCharsets.UTF_8);
        this.clock = clock;
        this.executor = executor;
    }

    /** Serves the links, and leaves every other request to the handler behind. */
    public HttpHandler before(HttpHandler behind) {
        return new HttpHandler() {
            @Override
            public void handle(HttpRequest request, HttpResponder responder) {
                HttpHandler handler =
                        request.rawPath().startsWith(PREFIX) ? CodeLinks.this : behind;
                handler.handle(request, responder);
            }

            @Override
            public boolean takesStream(HttpRequest head) {
                return behind.takesStream(head);
            }

            @Override
            public void handleStreamed(
                    HttpRequest head, RequestBody body, HttpResponder responder) {
                behind.handleStreamed(head, body, responder);
            }
        };
    }

    /** A link to a package, at the host by which the caller reached us. */
    String location(Call call, String sha256) {
        HttpRequest request = call.request();
        long expires = clock.instant().plusMillis(Limits.CODE_LINK_MS.value()).getEpochSecond();
        return (request.secure() ? "https://" : "http://")
                + request.headers().get("Host", "localhost")
                + PREFIX
                + sha256
                + "?Expires="
                + expires
                + "&Signature="
                + signature(sha256, Long.toString(expires));
    }

    @Override
    public void handle(HttpRequest request, HttpResponder responder) {
        try {
            String sha256 = verified(request);
            executor.execute(() -> serve(sha256, responder));
        } catch (Fault fault) {
            responder.send(refusal(fault));
        }
    }

    private void serve(String sha256, HttpResponder responder) {
        try {
            responder.send(HttpResponse.of(200, "application/zip", functions.code(sha256)));
        } catch (Fault fault) {
            responder.send(refusal(fault));
        }
    }

    private String verified(HttpRequest request) {
        String sha256 = request.rawPath().substring(PREFIX.length());
        Query query = Query.parse(request.rawQuery());
        String expires = String.valueOf(query.first("Expires"));
        byte[] expected = signature(sha256, expires).getBytes(StandardCharsets.UTF_8);
        byte[] given = String.valueOf(query.first("Signature")).getBytes(StandardCharsets.UTF_8);
        if (!MessageDigest.isEqual(expected, given)
                || !(request.method().equals("GET") || request.method().equals("HEAD"))) {
            throw Fault.of(Fault.Kind.DENIED, "This is not a link that Glis gave out");
        }
        // The signature holds, so this is the number we wrote.
        if (clock.instant().getEpochSecond() > Long.parseLong(expires)) {
            throw Fault.of(
                    Fault.Kind.DENIED, "The link has expired; get a new one with GetFunction");
        }
        return sha256;
    }

    private String signature(String sha256, String expires) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            byte[] text = (sha256 + "?" + expires).getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(mac.doFinal(text));
        } catch (GeneralSecurityException e) {
            throw Fault.internal("This Java has no HMAC-SHA256", e);
        }
    }

    private static HttpResponse refusal(Fault fault) {
        int status = fault.kind() == Fault.Kind.NOT_FOUND ? 404 : 403;
        return HttpResponse.of(
                status, "text/plain", (fault.text() + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
