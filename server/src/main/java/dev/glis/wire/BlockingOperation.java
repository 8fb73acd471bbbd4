package dev.glis.wire;

import dev.glis.base.Fault;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * An operation that reads or writes the store: its input is read and checked, and its answer made,
 * on a virtual thread of its own.
 */
public final class BlockingOperation implements Operation {
    private static final System.Logger LOG = System.getLogger(BlockingOperation.class.getName());

    /** The operation itself. */
    public interface Body {
        Reply answer(Call call, Input input);
    }

    private final InputReader reader;
    private final Executor executor;
    private final Body body;

    BlockingOperation(InputReader reader, Executor executor, Body body) {
        this.reader = reader;
        this.executor = executor;
        this.body = body;
    }

    @Override
    public void handle(Call call) {
        try {
            executor.execute(() -> run(call));
        } catch (RejectedExecutionException e) {
            throw new Fault(Fault.Kind.UNAVAILABLE, "unavailable", "The server is stopping", e);
        }
    }

    private void run(Call call) {
        try {
            call.send(body.answer(call, reader.read(call)).response(call.operation().status()));
        } catch (Fault fault) {
            if (fault.kind() == Fault.Kind.INTERNAL) {
                LOG.log(System.Logger.Level.ERROR, call.operation().name() + " failed", fault);
            }
            call.fail(fault);
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, call.operation().name() + " failed", e);
            call.fail(
                    Fault.internal(
                            "An internal error occurred; the server's log has it under the request"
                                    + " ID",
                            e));
        }
    }
}
