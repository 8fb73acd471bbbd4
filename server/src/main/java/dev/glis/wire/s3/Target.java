package dev.glis.wire.s3;

import dev.glis.base.Limits;
import dev.glis.net.HttpRequest;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * What a request is about.
 *
 * @param bucket empty for the service itself
 * @param key empty for the bucket itself
 */
record Target(String bucket, String key) {
    private static final String HOST_OF_SERVICE = "s3.localhost";
    private static final String LOCAL = ".localhost";
    private static final int LONGEST_KEY_BYTES = Limits.OBJECT_KEY_BYTES.intValue();

    /** Whether the host names a bucket. */
    static boolean isNamedByHost(HttpRequest request) {
        return !bucketOfHost(request.hostName()).isEmpty();
    }

    /** From the host name, such as {@code photos.s3.localhost}, or else from the path. */
    static Target of(HttpRequest request) {
        String path = request.rawPath().substring(1);
        String bucket = bucketOfHost(request.hostName());
        if (!bucket.isEmpty()) {
            return new Target(bucket, decoded(path));
        }
        int slash = path.indexOf('/');
        return slash < 0
                ? new Target(decoded(path), "")
                : new Target(decoded(path.substring(0, slash)), decoded(path.substring(slash + 1)));
    }

    /** From the form that {@code x-amz-copy-source} has, without its query. */
    static Target ofSource(String source) {
        String path = source.startsWith("/") ? source.substring(1) : source;
        int slash = path.indexOf('/');
        if (slash <= 0 || slash == path.length() - 1) {
            throw S3Refusal.invalidArgument(
                    "Invalid copy source object key", "x-amz-copy-source", source);
        }
        return new Target(decoded(path.substring(0, slash)), decoded(path.substring(slash + 1)));
    }

    private static String bucketOfHost(String host) {
        if (!host.endsWith(LOCAL) || host.equals(HOST_OF_SERVICE)) {
            return "";
        }
        return host.endsWith("." + HOST_OF_SERVICE)
                ? host.substring(0, host.length() - HOST_OF_SERVICE.length() - 1)
                : host.substring(0, host.length() - LOCAL.length());
    }

    /** As the error's Resource element has it. */
    String resource() {
        return bucket.isEmpty() ? "/" : "/" + bucket + (key.isEmpty() ? "" : "/" + key);
    }

    String bucketArn() {
        return "arn:aws:s3:::" + bucket;
    }

    String objectArn() {
        return "arn:aws:s3:::" + bucket + "/" + key;
    }

    /** Without percent signs. A plus sign stays one: this is no query. */
    static String decoded(String raw) {
        var bytes = ByteBuffer.allocate(raw.length());
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c == '%') {
                bytes.put((byte) hexPair(raw, i + 1));
                i += 2;
            } else {
                bytes.put((byte) c);
            }
        }
        return text(bytes.flip());
    }

    private static String text(ByteBuffer bytes) {
        if (bytes.remaining() > LONGEST_KEY_BYTES) {
            throw new S3Refusal(400, "KeyTooLongError", "Your key is too long");
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        } catch (CharacterCodingException e) {
            throw new S3Refusal(400, "InvalidURI", "Couldn't parse the specified URI: not UTF-8");
        }
    }

    private static int hexPair(String raw, int at) {
        int high = at + 1 < raw.length() ? Character.digit(raw.charAt(at), 16) : -1;
        int low = at + 1 < raw.length() ? Character.digit(raw.charAt(at + 1), 16) : -1;
        if (high < 0 || low < 0) {
            throw new S3Refusal(
                    400,
                    "InvalidURI",
                    "Couldn't parse the specified URI: a percent sign without two hexadecimal"
                            + " digits");
        }
        return high << 4 | low;
    }
}
