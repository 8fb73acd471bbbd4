package dev.glis.accounts;

import dev.glis.base.Fault;
import dev.glis.net.HttpRequest;
import dev.glis.net.RequestBody;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.crypto.Mac;

/**
 * What a signature says about the body, by the value that stands in the canonical request.
 *
 * <pre>
 *   64 hexadecimal digits                       the body's SHA-256
 *   UNSIGNED-PAYLOAD                            nothing
 *   STREAMING-AWS4-HMAC-SHA256-PAYLOAD          each chunk is signed, in a chain
 *   STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER  and so are the fields behind the last one
 *   STREAMING-UNSIGNED-PAYLOAD-TRAILER          chunks and fields, none signed
 * </pre>
 */
sealed interface ContentHash {
    /** As in the canonical request. */
    String text();

    /** The body that the request means, verified as far as its signature covers it. */
    byte[] verifiedBody(HttpRequest request, Signature signature, Mac signer);

    /** The same of a body that comes while it is read. */
    VerifiedBody verified(RequestBody body, HttpRequest head, Signature signature, Mac signer);

    static ContentHash of(HttpRequest request, Signature signature) {
        String stated = request.headers().get("X-Amz-Content-Sha256");
        if (stated == null && signature.isPresigned()) {
            stated = Query.parse(request.rawQuery()).get("X-Amz-Content-Sha256");
            if (stated == null && signature.service().equals("s3")) {
                return new Unsigned();
            }
        }
        if (stated == null) {
            return new Whole(Hashes.sha256(request.body()), false);
        }
        return switch (stated) {
            case "UNSIGNED-PAYLOAD" -> new Unsigned();
            case "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" -> new Chunked(stated, true, false);
            case "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER" -> new Chunked(stated, true, true);
            case "STREAMING-UNSIGNED-PAYLOAD-TRAILER" -> new Chunked(stated, false, true);
            default -> stated(stated);
        };
    }

    private static ContentHash stated(String stated) {
        if (stated.length() != 64 || !stated.chars().allMatch(ContentHash::isHexDigit)) {
            throw Refusals.contentHash(
                    "x-amz-content-sha256 must be UNSIGNED-PAYLOAD,"
                            + " STREAMING-UNSIGNED-PAYLOAD-TRAILER,"
                            + " STREAMING-AWS4-HMAC-SHA256-PAYLOAD,"
                            + " STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER or a valid sha256"
                            + " value.");
        }
        return new Whole(stated, true);
    }

    private static boolean isHexDigit(int c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    }

    /** The body's own hash: stated by the client, or computed because it stated none. */
    record Whole(String text, boolean stated) implements ContentHash {
        @Override
        public byte[] verifiedBody(HttpRequest request, Signature signature, Mac signer) {
            if (stated && !Hashes.sha256(request.body()).equals(text)) {
                throw Refusals.otherContentHash();
            }
            return request.body();
        }

        @Override
        public VerifiedBody verified(
                RequestBody body, HttpRequest head, Signature signature, Mac signer) {
            if (!stated) {
                throw Fault.invalid(
                        "Missing required header for this request: x-amz-content-sha256");
            }
            return new HashedBody(body.stream(), body.announcedBytes(), text);
        }
    }

    /** The signature does not cover the body. */
    record Unsigned() implements ContentHash {
        @Override
        public String text() {
            return "UNSIGNED-PAYLOAD";
        }

        @Override
        public byte[] verifiedBody(HttpRequest request, Signature signature, Mac signer) {
            return request.body();
        }

        @Override
        public VerifiedBody verified(
                RequestBody body, HttpRequest head, Signature signature, Mac signer) {
            return VerifiedBody.unsigned(body);
        }
    }

    /** The body is in aws-chunked form. */
    record Chunked(String text, boolean signed, boolean trailer) implements ContentHash {
        @Override
        public byte[] verifiedBody(HttpRequest request, Signature signature, Mac signer) {
            VerifiedBody body =
                    verified(RequestBody.of(request.body()), request, signature, signer);
            byte[] whole = readAll(body);
            body.trailer().forEach((name, value) -> verifyChecksum(whole, name, value));
            return whole;
        }

        @Override
        public VerifiedBody verified(
                RequestBody body, HttpRequest head, Signature signature, Mac signer) {
            return new ChunkedBody(
                    body.stream(),
                    ChunkedBody.announced(head.headers().get("X-Amz-Decoded-Content-Length", "")),
                    signed ? new ChunkChain(signature, signer) : null,
                    trailer);
        }

        private static byte[] readAll(VerifiedBody body) {
            try {
                return body.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e); // not from memory
            }
        }

        private static void verifyChecksum(byte[] whole, String name, String value) {
            if (name.startsWith(Checksums.PREFIX)) {
                Checksums.verify(name.substring(Checksums.PREFIX.length()), whole, value);
            }
        }
    }
}
