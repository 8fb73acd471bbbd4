package dev.glis.cli;

/** An error that the server answered. */
final class ServiceFailure extends Failure {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;

    ServiceFailure(int status, String code, String message) {
        super(message + " (" + code + ")");
        this.status = status;
        this.code = code;
    }

    int status() {
        return status;
    }

    String code() {
        return code;
    }
}
