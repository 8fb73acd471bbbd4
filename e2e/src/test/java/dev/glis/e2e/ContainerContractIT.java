package dev.glis.e2e;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** The contract of the runtimes that run in containers when a daemon makes the sandboxes. */
@ParameterizedClass
@MethodSource("runtimes")
@Execution(ExecutionMode.CONCURRENT)
final class ContainerContractIT extends RuntimeContract {
    private static PodmanService podman;
    private static GlisServer server;
    private static ContractRuntimes table;

    ContainerContractIT(ContractRuntime runtime) {
        super(runtime);
    }

    @BeforeAll
    static void start() throws Exception {
        podman = PodmanService.start();
        server = GlisServer.fresh(podman.flags());
        table = ContractRuntimes.of(server);
    }

    @AfterAll
    static void stop() throws Exception {
        table.close();
        server.close();
        podman.close();
    }

    static List<ContractRuntime> runtimes() throws Exception {
        return table.rowsInSandboxes();
    }
}
