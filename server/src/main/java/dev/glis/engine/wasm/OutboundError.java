package dev.glis.engine.wasm;

import java.util.Arrays;
import java.util.Optional;

/** The errors of {@code wasi_experimental_http}, with its numbers for them. */
enum OutboundError {
    SUCCESS(0),
    INVALID_HANDLE(1),
    BUFFER_TOO_SMALL(4),
    HEADER_NOT_FOUND(5),
    DESTINATION_NOT_ALLOWED(7),
    INVALID_METHOD(8),
    INVALID_ENCODING(9),
    INVALID_URL(10),
    REQUEST_ERROR(11),
    RUNTIME_ERROR(12),
    TOO_MANY_SESSIONS(13);

    private final int number;

    OutboundError(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }

    static Optional<OutboundError> of(int number) {
        return Arrays.stream(values()).filter(each -> each.number == number).findFirst();
    }
}
