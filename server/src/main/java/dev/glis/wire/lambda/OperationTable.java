package dev.glis.wire.lambda;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** The operations that there are, by name. */
final class OperationTable {
    private final Map<String, Operation> operations = new HashMap<>();
    private final InputReader reader;
    private final Executor executor;

    OperationTable(InputReader reader, Executor executor) {
        this.reader = reader;
        this.executor = executor;
    }

    /** Adds an operation that answers on a virtual thread. */
    void add(String name, BlockingOperation.Body body) {
        add(name, new BlockingOperation(reader, executor, body));
    }

    /** Adds an operation that answers on the event loop or hands over by itself. */
    void add(String name, Operation operation) {
        if (operations.put(name, operation) != null) {
            throw new IllegalStateException("The operation " + name + " is there twice");
        }
    }

    @Nullable Operation find(String name) {
        return operations.get(name);
    }
}
