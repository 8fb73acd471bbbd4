package dev.glis.engine.wasm;

import java.io.IOException;

/**
 * What a worker tells the server, in frames as those of {@link WorkerOrder}. Function code may have
 * taken the worker over, so whoever reads one believes nothing of it: it names the worker's own
 * instances only, and says what a hostile function might say of itself.
 */
sealed interface WorkerReport {
    /** The instance that it is about. */
    int instance();

    /** An instance could not be made. */
    record Refused(int instance, String reason) implements WorkerReport {}

    /** An instance has been made. */
    record Ready(int instance) implements WorkerReport {}

    /** A call ended; the instance is ready again. */
    record Ended(int instance, Ending ending) implements WorkerReport {}

    /** A line for the log. */
    record Line(int instance, String text) implements WorkerReport {}

    /** A program wants a request made, and waits for the answer. */
    record Request(int instance, OutboundRequest request) implements WorkerReport {}

    /** An instance is no more. */
    record Gone(int instance) implements WorkerReport {}

    /** The whole frame. */
    default byte[] frame() {
        return switch (this) {
            case Refused(int instance, String reason) ->
                    FieldWriter.frame(256).octet(1).number(instance).text(reason).toFrameBytes();
            case Ready(int instance) ->
                    FieldWriter.frame(8).octet(2).number(instance).toFrameBytes();
            case Ended(int instance, Ending ending) -> frame(instance, ending);
            case Line(int instance, String text) ->
                    FieldWriter.frame(2 * text.length() + 16)
                            .octet(4)
                            .number(instance)
                            .text(text)
                            .toFrameBytes();
            case Request(int instance, OutboundRequest request) ->
                    request.write(
                                    FieldWriter.frame((int) request.size() + 64)
                                            .octet(6)
                                            .number(instance))
                            .toFrameBytes();
            case Gone(int instance) ->
                    FieldWriter.frame(8).octet(5).number(instance).toFrameBytes();
        };
    }

    private static byte[] frame(int instance, Ending ending) {
        var fields = FieldWriter.frame(ending.printed().length + 64).octet(3).number(instance);
        fields.flag(ending.wantedMoreMemory()).longNumber(ending.peakBytes());
        fields.bytes(ending.printed());
        return switch (ending.result()) {
            case Program.Result.Exited(int status) -> fields.octet(1).number(status).toFrameBytes();
            case Program.Result.Trapped(String reason) ->
                    fields.octet(2).text(reason).toFrameBytes();
            case Program.Result.TooMuch() -> fields.octet(3).toFrameBytes();
            case Program.Result.Interrupted() -> fields.octet(4).toFrameBytes();
        };
    }

    /** What a frame without its length says. */
    static WorkerReport read(byte[] body) throws IOException {
        var fields = new FieldReader(body);
        int kind = fields.octet();
        WorkerReport report =
                switch (kind) {
                    case 1 -> new Refused(fields.number(), fields.text());
                    case 2 -> new Ready(fields.number());
                    case 3 -> new Ended(fields.number(), ending(fields));
                    case 4 -> new Line(fields.number(), fields.text());
                    case 5 -> new Gone(fields.number());
                    case 6 -> new Request(fields.number(), OutboundRequest.read(fields));
                    default -> throw new IOException("There is no report of kind " + kind);
                };
        fields.end();
        return report;
    }

    private static Ending ending(FieldReader fields) throws IOException {
        boolean wantedMoreMemory = fields.flag();
        long peakBytes = fields.longNumber();
        byte[] printed = fields.bytes();
        int kind = fields.octet();
        Program.Result result =
                switch (kind) {
                    case 1 -> new Program.Result.Exited(fields.number());
                    case 2 -> new Program.Result.Trapped(fields.text());
                    case 3 -> new Program.Result.TooMuch();
                    case 4 -> new Program.Result.Interrupted();
                    default -> throw new IOException("No call ends in way " + kind);
                };
        return new Ending(result, printed, wantedMoreMemory, peakBytes);
    }
}
