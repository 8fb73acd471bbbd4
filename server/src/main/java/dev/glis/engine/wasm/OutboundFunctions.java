package dev.glis.engine.wasm;

import dev.glis.base.Limits;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import run.endive.runtime.HostFunction;
import run.endive.runtime.ImportFunction;
import run.endive.wasm.types.FunctionType;
import run.endive.wasm.types.ValType;

/**
 * The functions of {@code wasi_experimental_http}, by which a module makes HTTP requests: an
 * interface that libraries for several languages have, and the smallest that does.
 *
 * <p>Every function returns the number of an {@link OutboundError}. Texts and buffers are an
 * address and a length, results an address. They run on the thread of the call.
 */
final class OutboundFunctions {
    static final String MODULE = "wasi_experimental_http";

    private final Supplier<Surroundings> surroundings;
    private final Map<String, Form> forms =
            Map.of(
                    "req", new Form(10, this::request),
                    "close", new Form(1, this::close),
                    "header_get", new Form(6, this::header),
                    "headers_get_all", new Form(4, this::headers),
                    "body_read", new Form(4, this::body));

    /** The work of a function. */
    private interface Body {
        OutboundError call(LinearMemory memory, int[] arguments);
    }

    /** All parameters are i32. */
    private record Form(int parameters, Body body) {}

    OutboundFunctions(Supplier<Surroundings> surroundings) {
        this.surroundings = surroundings;
    }

    /** The function of this name, to be given to a module that imports it. */
    Optional<ImportFunction> find(String name) {
        return Optional.ofNullable(forms.get(name)).map(form -> function(name, form));
    }

    private static ImportFunction function(String name, Form form) {
        var type =
                FunctionType.of(
                        Collections.nCopies(form.parameters(), ValType.I32), List.of(ValType.I32));
        return new HostFunction(
                MODULE,
                name,
                type,
                (instance, arguments) -> {
                    var numbers = new int[arguments.length];
                    for (int i = 0; i < numbers.length; i++) {
                        numbers[i] = (int) arguments[i];
                    }
                    var memory = (LinearMemory) instance.memory();
                    return new long[] {form.body().call(memory, numbers).number()};
                });
    }

    private OutboundSession session() {
        return surroundings.get().http();
    }

    private OutboundError request(LinearMemory memory, int[] a) {
        long size = 0;
        for (int i = 1; i < 8; i += 2) {
            size += Integer.toUnsignedLong(a[i]);
        }
        if (size > Limits.WASM_HTTP_REQUEST_BYTES.value()) {
            return OutboundError.RUNTIME_ERROR;
        }
        var request =
                new OutboundRequest(
                        text(memory, a[0], a[1]),
                        text(memory, a[2], a[3]),
                        text(memory, a[4], a[5]),
                        buffer(memory, a[6], a[7]).toArray(ValueLayout.JAVA_BYTE));
        OutboundAnswer answer = session().send(request);
        if (answer.error() == OutboundError.SUCCESS) {
            memory.writeShort(a[8], (short) answer.status());
            memory.writeI32(a[9], session().keep(answer));
        }
        return answer.error();
    }

    private OutboundError close(LinearMemory memory, int[] a) {
        return session().close(a[0]) ? OutboundError.SUCCESS : OutboundError.INVALID_HANDLE;
    }

    private OutboundError header(LinearMemory memory, int[] a) {
        OutboundSession.Open response = session().find(a[0]);
        if (response == null) {
            return OutboundError.INVALID_HANDLE;
        }
        String name = text(memory, a[1], a[2]).toLowerCase(Locale.ROOT);
        return OutboundAnswer.header(response.headers(), name)
                .map(value -> write(memory, value, a[3], a[4], a[5]))
                .orElse(OutboundError.HEADER_NOT_FOUND);
    }

    private OutboundError headers(LinearMemory memory, int[] a) {
        OutboundSession.Open response = session().find(a[0]);
        return response == null
                ? OutboundError.INVALID_HANDLE
                : write(memory, response.headers(), a[1], a[2], a[3]);
    }

    private OutboundError body(LinearMemory memory, int[] a) {
        OutboundSession.Open response = session().find(a[0]);
        if (response == null) {
            return OutboundError.INVALID_HANDLE;
        }
        memory.writeI32(a[3], response.read(buffer(memory, a[1], a[2])));
        return OutboundError.SUCCESS;
    }

    private static OutboundError write(
            LinearMemory memory, String text, int at, int room, int written) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > Integer.toUnsignedLong(room)) {
            return OutboundError.BUFFER_TOO_SMALL;
        }
        memory.write(at, bytes, 0, bytes.length);
        memory.writeI32(written, bytes.length);
        return OutboundError.SUCCESS;
    }

    private static String text(LinearMemory memory, int at, int length) {
        byte[] bytes = buffer(memory, at, length).toArray(ValueLayout.JAVA_BYTE);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static MemorySegment buffer(LinearMemory memory, int at, int length) {
        return memory.at(at, Integer.toUnsignedLong(length));
    }
}
