package dev.glis.engine.wasm;

import dev.glis.base.Clock;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import run.endive.runtime.ImportFunction;
import run.endive.wasm.types.FunctionType;
import run.endive.wasm.types.ValType;

/**
 * A program that calls the function of the host that its event names, with the arguments that its
 * event gives, whatever they are, and answers the number that it got. Its memory is one page.
 *
 * <p>Events are words of sixteen hexadecimal digits: the function, what stands at address 0, and
 * the arguments.
 */
final class CallingModule {
    private static final int WORD_DIGITS = 16;
    private static final int EVENT = 2_048;
    private static final int EVENT_BYTES = 1_024;
    private static final int VECTOR = 1_024;
    private static final int COUNT = 1_040;
    private static final int TEXT_END = 1_100;

    /** Local variables of the program. */
    private static final int ANSWER = 0;

    private static final int WANTED = 1;
    private static final int AT = 2;

    private static final int I32 = 0x7F;
    private static final int I64 = 0x7E;

    private final List<String> names;
    private final List<ImportFunction> functions;

    private CallingModule(List<String> names, List<ImportFunction> functions) {
        this.names = names;
        this.functions = functions;
    }

    /** One that can call these functions. */
    static CallingModule of(List<String> names) {
        Supplier<Surroundings> nowhere =
                () -> {
                    throw new IllegalStateException("Only their types are wanted");
                };
        var wasi = new WasiFunctions(Clock.system(), nowhere);
        var outbound = new OutboundFunctions(nowhere);
        var functions =
                names.stream()
                        .map(name -> wasi.find(name).or(() -> outbound.find(name)).orElseThrow())
                        .toList();
        return new CallingModule(List.copyOf(names), functions);
    }

    int parameters(String name) {
        return functions.get(names.indexOf(name)).functionType().params().size();
    }

    String event(String name, long atZero, long... arguments) {
        var event = new StringBuilder(word(names.indexOf(name))).append(word(atZero));
        for (long argument : arguments) {
            event.append(word(argument));
        }
        return event.toString();
    }

    /** Has it take all the memory that it gets, and answer how many pages it has then. */
    String growing() {
        return word(names.size()) + word(0);
    }

    private static String word(long value) {
        return "%016x".formatted(value);
    }

    byte[] bytes() {
        var module = new Bytes().raw(0, 'a', 's', 'm', 1, 0, 0, 0);
        section(module, 1, typeSection());
        section(module, 2, importSection());
        section(module, 3, vector(List.of(number(wordType()), number(startType()))));
        section(module, 5, new Bytes().raw(1, 0, 1));
        var memory = new Bytes().text("memory").raw(2, 0);
        var start = new Bytes().text("_start").raw(0).number(names.size() + 1);
        section(module, 7, vector(List.of(memory, start)));
        section(module, 10, vector(List.of(sized(parse()), sized(run()))));
        return module.toByteArray();
    }

    /** The index of the type of {@link #parse}; that of the program follows it. */
    private int wordType() {
        return names.size();
    }

    private int startType() {
        return names.size() + 1;
    }

    private Bytes typeSection() {
        var all = new ArrayList<Bytes>();
        for (ImportFunction function : functions) {
            FunctionType type = function.functionType();
            all.add(type(codes(type.params()), codes(type.returns())));
        }
        all.add(type(List.of(I32), List.of(I64)));
        all.add(type(List.of(), List.of()));
        return vector(all);
    }

    private static List<Integer> codes(List<ValType> types) {
        return types.stream().map(type -> type.equals(ValType.I32) ? I32 : I64).toList();
    }

    private static Bytes type(List<Integer> parameters, List<Integer> results) {
        var type = new Bytes().raw(0x60).number(parameters.size());
        parameters.forEach(type::raw);
        type.number(results.size());
        results.forEach(type::raw);
        return type;
    }

    private Bytes importSection() {
        var all = new ArrayList<Bytes>();
        for (int i = 0; i < names.size(); i++) {
            ImportFunction function = functions.get(i);
            all.add(new Bytes().text(function.module()).text(function.name()).raw(0).number(i));
        }
        return vector(all);
    }

    /** The number that stands in hexadecimal at an address. */
    private static Bytes parse() {
        int at = 0;
        int end = 1;
        int digit = 2;
        int result = 3;
        return new Bytes()
                .raw(2, 2, I32, 1, I64)
                .get(at)
                .constant(WORD_DIGITS)
                .raw(0x6A) // i32.add
                .set(end)
                .raw(0x03, 0x40) // loop
                .get(at)
                .raw(0x2D, 0, 0) // i32.load8_u
                .constant('0')
                .raw(0x6B) // i32.sub
                .set(digit)
                .get(digit)
                .constant(9)
                .raw(0x4B) // i32.gt_u
                .raw(0x04, 0x40) // if
                .get(digit)
                .constant('a' - '0' - 10)
                .raw(0x6B)
                .set(digit)
                .raw(0x0B) // end
                .get(result)
                .raw(0x42, 4, 0x86) // i64.const 4, i64.shl
                .get(digit)
                .raw(0xAD, 0x84) // i64.extend_i32_u, i64.or
                .set(result)
                .get(at)
                .constant(1)
                .raw(0x6A)
                .set(at)
                .get(at)
                .get(end)
                .raw(0x49, 0x0D, 0) // i32.lt_u, br_if 0
                .raw(0x0B)
                .get(result)
                .raw(0x0B);
    }

    private Bytes run() {
        var code = new Bytes().raw(1, 3, I32);
        readEvent(code);
        word(code, 0).raw(0xA7).set(WANTED); // i32.wrap_i64
        code.constant(0);
        word(code, 1).raw(0x37, 0, 0); // i64.store
        for (int i = 0; i < names.size(); i++) {
            code.get(WANTED).constant(i).raw(0x46, 0x04, 0x40); // i32.eq, if
            call(code, i);
            code.raw(0x0B);
        }
        code.get(WANTED).constant(names.size()).raw(0x46, 0x04, 0x40);
        code.raw(0x03, 0x40).constant(1).raw(0x40, 0).constant(-1); // loop, memory.grow
        code.raw(0x47, 0x0D, 0, 0x0B, 0x3F, 0).set(ANSWER); // i32.ne, br_if, end, memory.size
        code.raw(0x0B);
        writeNumber(code);
        return code.raw(0x0B);
    }

    private void readEvent(Bytes code) {
        store(code, VECTOR, EVENT);
        store(code, VECTOR + 4, EVENT_BYTES);
        code.constant(0).constant(VECTOR).constant(1).constant(COUNT);
        code.raw(0x10).number(names.indexOf("fd_read")).raw(0x1A); // call, drop
    }

    private void call(Bytes code, int function) {
        FunctionType type = functions.get(function).functionType();
        for (int i = 0; i < type.params().size(); i++) {
            word(code, 2 + i);
            if (type.params().get(i).equals(ValType.I32)) {
                code.raw(0xA7);
            }
        }
        code.raw(0x10).number(function);
        if (!type.returns().isEmpty()) {
            code.set(ANSWER);
        }
    }

    /** Writes the digits from the last to the first. */
    private void writeNumber(Bytes code) {
        code.constant(TEXT_END).set(AT);
        code.raw(0x03, 0x40);
        code.get(AT).constant(1).raw(0x6B).set(AT);
        code.get(AT).get(ANSWER).constant(10).raw(0x70).constant('0').raw(0x6A); // i32.rem_u
        code.raw(0x3A, 0, 0); // i32.store8
        code.get(ANSWER).constant(10).raw(0x6E).set(ANSWER); // i32.div_u
        code.get(ANSWER).raw(0x0D, 0, 0x0B);
        code.constant(VECTOR).get(AT).raw(0x36, 2, 0); // i32.store
        code.constant(VECTOR + 4).constant(TEXT_END).get(AT).raw(0x6B, 0x36, 2, 0);
        code.constant(1).constant(VECTOR).constant(1).constant(COUNT);
        code.raw(0x10).number(names.indexOf("fd_write")).raw(0x1A);
    }

    private Bytes word(Bytes code, int index) {
        return code.constant(EVENT + index * WORD_DIGITS).raw(0x10).number(wordType());
    }

    private static void store(Bytes code, int address, int value) {
        code.constant(address).constant(value).raw(0x36, 2, 0);
    }

    // ---- The binary format ----

    private static void section(Bytes module, int id, Bytes content) {
        module.raw(id).all(sized(content));
    }

    private static Bytes sized(Bytes content) {
        return new Bytes().number(content.size()).all(content);
    }

    private static Bytes vector(List<Bytes> elements) {
        var vector = new Bytes().number(elements.size());
        elements.forEach(vector::all);
        return vector;
    }

    private static Bytes number(int value) {
        return new Bytes().number(value);
    }

    /** Bytes, and instructions of which we need several. */
    private static final class Bytes {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        Bytes raw(int... values) {
            for (int value : values) {
                out.write(value);
            }
            return this;
        }

        Bytes all(Bytes other) {
            out.writeBytes(other.toByteArray());
            return this;
        }

        Bytes number(int value) {
            int rest = value;
            for (; rest > 0x7F; rest >>>= 7) {
                out.write((rest & 0x7F) | 0x80);
            }
            out.write(rest);
            return this;
        }

        Bytes text(String text) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            out.write(bytes.length);
            out.writeBytes(bytes);
            return this;
        }

        Bytes get(int local) {
            return raw(0x20, local);
        }

        Bytes set(int local) {
            return raw(0x21, local);
        }

        Bytes constant(int value) {
            raw(0x41);
            int rest = value;
            while (rest < -64 || rest > 63) {
                out.write((rest & 0x7F) | 0x80);
                rest >>= 7;
            }
            return raw(rest & 0x7F);
        }

        int size() {
            return out.size();
        }

        byte[] toByteArray() {
            return out.toByteArray();
        }
    }
}
