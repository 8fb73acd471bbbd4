package dev.glis.e2e;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** The contract of all runtimes, in sandboxes of Glis's own. */
@ParameterizedClass
@MethodSource("runtimes")
@Execution(ExecutionMode.CONCURRENT)
final class RuntimeContractIT extends RuntimeContract {
    private static GlisServer server;
    private static ContractRuntimes table;

    RuntimeContractIT(ContractRuntime runtime) {
        super(runtime);
    }

    @BeforeAll
    static void start() throws Exception {
        server = GlisServer.fresh();
        table = ContractRuntimes.of(server);
    }

    @AfterAll
    static void stop() {
        table.close();
        server.close();
    }

    static List<ContractRuntime> runtimes() throws Exception {
        return table.rows();
    }
}
