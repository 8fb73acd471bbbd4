package dev.glis.engine.wasm;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * What the server tells a worker. On the wire each is a frame: its length (an {@code int}, without
 * itself), one octet for its kind, and its {@link FieldWriter fields}.
 */
sealed interface WorkerOrder {
    /** Here is a module, as compiled, for instances to come. */
    record Load(int module, byte[] compiled) implements WorkerOrder {}

    /** A module without instances is not needed any more. */
    record Forget(int module) implements WorkerOrder {}

    /**
     * Make an instance, and tell when it is ready.
     *
     * @param variables NAME=VALUE
     */
    record Start(int instance, int module, int memoryMb, String programName, List<String> variables)
            implements WorkerOrder {}

    /** Run a call on an instance that is ready, or will be at once. */
    record Run(int instance, byte[] event, List<String> variables) implements WorkerOrder {}

    /** End an instance, whatever it does. */
    record Kill(int instance) implements WorkerOrder {}

    /** What came of the request for which the program of an instance waits. */
    record Answer(int instance, OutboundAnswer answer) implements WorkerOrder {}

    /** The log has taken so many characters of what an instance printed. */
    record Taken(int instance, int characters) implements WorkerOrder {}

    /** The whole frame; an event, which may be large, is not copied. */
    default ByteBuffer[] frame() {
        return switch (this) {
            case Load(int module, byte[] compiled) -> {
                var fields = FieldWriter.frame(16).octet(1).number(module).number(compiled.length);
                yield new ByteBuffer[] {fields.toFrame(compiled.length), ByteBuffer.wrap(compiled)};
            }
            case Forget(int module) -> of(FieldWriter.frame(8).octet(2).number(module));
            case Start(int instance, int module, int memoryMb, String name, List<String> own) ->
                    of(
                            FieldWriter.frame(1_024)
                                    .octet(3)
                                    .number(instance)
                                    .number(module)
                                    .number(memoryMb)
                                    .text(name)
                                    .texts(own));
            case Run(int instance, byte[] event, List<String> own) -> {
                var fields = FieldWriter.frame(512).octet(4).number(instance).texts(own);
                fields.number(event.length);
                yield new ByteBuffer[] {fields.toFrame(event.length), ByteBuffer.wrap(event)};
            }
            case Kill(int instance) -> of(FieldWriter.frame(8).octet(5).number(instance));
            case Taken(int instance, int characters) ->
                    of(FieldWriter.frame(16).octet(6).number(instance).number(characters));
            case Answer(int instance, OutboundAnswer answer) ->
                    of(
                            answer.write(
                                    FieldWriter.frame(answer.body().length + 1_024)
                                            .octet(7)
                                            .number(instance)));
        };
    }

    private static ByteBuffer[] of(FieldWriter fields) {
        return new ByteBuffer[] {fields.toFrame()};
    }

    /** What a frame without its length says. */
    static WorkerOrder read(byte[] body) throws IOException {
        var fields = new FieldReader(body);
        int kind = fields.octet();
        WorkerOrder order =
                switch (kind) {
                    case 1 -> new Load(fields.number(), fields.bytes());
                    case 2 -> new Forget(fields.number());
                    case 3 ->
                            new Start(
                                    fields.number(),
                                    fields.number(),
                                    fields.number(),
                                    fields.text(),
                                    fields.texts());
                    case 4 -> {
                        int instance = fields.number();
                        List<String> variables = fields.texts();
                        yield new Run(instance, fields.bytes(), variables);
                    }
                    case 5 -> new Kill(fields.number());
                    case 6 -> new Taken(fields.number(), fields.number());
                    case 7 -> new Answer(fields.number(), OutboundAnswer.read(fields));
                    default -> throw new IOException("There is no order of kind " + kind);
                };
        fields.end();
        return order;
    }
}
