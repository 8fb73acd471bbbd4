package dev.glis.engine.wasm;

/** Why a module cannot be run, in words for who deploys it. */
final class Refusal extends Exception {
    private static final long serialVersionUID = 1L;

    Refusal(String reason) {
        super(reason);
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
