package dev.glis.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;

/** A server that an ordinary user started runs functions of every kind. */
@EnabledIf("dev.glis.e2e.OrdinaryUser#canBecome")
final class OrdinaryUserIT {
    private static GlisServer server;
    private static ContractRuntimes table;

    @BeforeAll
    static void start() throws Exception {
        server = GlisServer.ofOrdinaryUser();
        table = ContractRuntimes.of(server);
    }

    @AfterAll
    static void stop() {
        table.close();
        server.close();
    }

    @Test
    void everyRuntimeAnswers() throws Exception {
        for (ContractRuntime runtime : table.rows()) {
            String name = "f-" + runtime.toString().replace('.', '-').replace(' ', '-');
            runtime.create(name);
            InvokeResponse response =
                    runtime.lambda()
                            .invoke(
                                    r ->
                                            r.functionName(name)
                                                    .payload(SdkBytes.fromUtf8String("[1]")));
            assertEquals("[1]", response.payload().asUtf8String(), runtime.toString());
        }
    }

    @Test
    void itIsToldWhatIsWeaker() throws Exception {
        String told =
                new Command(server).status().path("facts").path("isolationWeaknesses").asText();

        assertTrue(told.contains("only namespaces keep them apart"), told);
    }
}
