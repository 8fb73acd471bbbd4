package dev.glis.accounts;

import dev.glis.net.Headers;
import dev.glis.net.HttpRequest;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.Locale;
import java.util.TreeSet;

/** Signs requests for tests, as a client does. */
public final class RequestSigner {
    private final String accessKeyId;
    private final String secret;
    private final String region;

    public RequestSigner(String accessKeyId, String secret, String region) {
        this.accessKeyId = accessKeyId;
        this.secret = secret;
        this.region = region;
    }

    /** A request with this body, signed at this time. */
    public HttpRequest sign(
            Instant time,
            String service,
            String method,
            String target,
            byte[] body,
            String... headersToSign) {
        Headers headers = Headers.of(headersToSign);
        if (headers.get("Host") == null) {
            headers.add("Host", "localhost:4566");
        }
        headers.add("X-Amz-Date", AmzTime.format(time));
        var names = new TreeSet<String>();
        headers.forEachLowerCase((name, value) -> names.add(name));
        HttpRequest unsigned = request(method, target, headers, body);
        Signature signature = unverified(time, service, String.join(";", names));
        ContentHash hash = ContentHash.of(unsigned, signature);
        headers.add(
                "Authorization",
                "AWS4-HMAC-SHA256 Credential="
                        + accessKeyId
                        + "/"
                        + signature.scope()
                        + ", SignedHeaders="
                        + signature.signedHeaders()
                        + ", Signature="
                        + value(unsigned, signature, hash));
        return request(method, target, headers, body);
    }

    /** A plain request from a client on this machine. */
    public static HttpRequest request(String method, String target, Headers headers, byte[] body) {
        int question = target.indexOf('?');
        return new HttpRequest(
                method,
                question < 0 ? target : target.substring(0, question),
                question < 0 ? "" : target.substring(question + 1),
                headers,
                body,
                new InetSocketAddress(java.net.InetAddress.getLoopbackAddress(), 50_000),
                false);
    }

    private Signature unverified(Instant time, String service, String signedHeaders) {
        String text = AmzTime.format(time);
        return new Signature(
                accessKeyId,
                text.substring(0, 8),
                region,
                service,
                "aws4_request",
                signedHeaders.toLowerCase(Locale.ROOT),
                "",
                text,
                time,
                -1);
    }

    private String value(HttpRequest request, Signature signature, ContentHash hash) {
        var principal = new Principal("", accessKeyId, "", "");
        String canonical = CanonicalRequest.of(request, signature, hash.text());
        return Hashes.hmacHex(
                new Credential(principal, secret, Policy.NOTHING).signer(signature),
                Signature.ALGORITHM
                        + "\n"
                        + signature.time()
                        + "\n"
                        + signature.scope()
                        + "\n"
                        + Hashes.sha256(canonical));
    }
}
