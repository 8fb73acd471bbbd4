package dev.glis.wire.s3;

import java.util.Map;

/** An error in S3's own words, with the elements that stand beside code and message. */
final class S3Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;
    private final transient Map<String, String> elements;

    S3Refusal(int status, String code, String message) {
        this(status, code, message, Map.of());
    }

    S3Refusal(int status, String code, String message, Map<String, String> elements) {
        super(message, null, false, false);
        this.status = status;
        this.code = code;
        this.elements = elements;
    }

    static S3Refusal invalidArgument(String message, String name, String value) {
        return new S3Refusal(
                400,
                "InvalidArgument",
                message,
                Map.of("ArgumentName", name, "ArgumentValue", value));
    }

    static S3Refusal invalidRequest(String message) {
        return new S3Refusal(400, "InvalidRequest", message);
    }

    static S3Refusal malformedXml(String why) {
        return new S3Refusal(
                400,
                "MalformedXML",
                "The XML you provided was not well-formed or did not validate against our published"
                        + " schema: "
                        + why);
    }

    static S3Refusal notImplemented(String what) {
        return new S3Refusal(
                501,
                "NotImplemented",
                "A header or query you provided implies functionality that is not implemented: "
                        + what);
    }

    int status() {
        return status;
    }

    String code() {
        return code;
    }

    Map<String, String> elements() {
        return elements;
    }

    /** Never null. */
    String text() {
        String message = getMessage();
        return message == null ? code : message;
    }
}
