package dev.glis.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.LambdaException;
import software.amazon.awssdk.services.lambda.model.ResourceNotFoundException;

/** Who may do what: wrong keys, other tenants, and permissions across accounts. */
final class TenantsIT {
    private static GlisServer server;
    private static LambdaClient root;
    private static Command.Account tenant;
    private static LambdaClient other;

    @BeforeAll
    static void start() throws Exception {
        server = GlisServer.fresh();
        root = server.lambda();
        NodeFunctions.create(root, "mine", "exports.handler = async () => 'secret';");
        tenant = new Command(server).newAccount("acme");
        other = server.lambda(tenant.credentials());
    }

    @AfterAll
    static void stop() {
        other.close();
        root.close();
        server.close();
    }

    @Test
    void callersAreToldWhoTheyAre() {
        try (var sts = server.sts()) {
            var identity = sts.getCallerIdentity();

            assertEquals("arn:aws:iam::" + identity.account() + ":root", identity.arn());
        }
    }

    @Test
    void aWrongSecretIsRefused() {
        var refusal = refusal(server.accessKeyId(), "wrong");

        assertEquals(403, refusal.statusCode());
        assertEquals("InvalidSignatureException", refusal.awsErrorDetails().errorCode());
    }

    @Test
    void anUnknownKeyIsRefused() {
        var refusal = refusal("AKIAAAAAAAAAAAAAAAAA", "any");

        assertEquals(403, refusal.statusCode());
        assertEquals("UnrecognizedClientException", refusal.awsErrorDetails().errorCode());
    }

    @Test
    void aTenantSeesOnlyItsOwn() {
        var functions = other.listFunctions().functions();

        assertTrue(functions.isEmpty());
        assertThrows(
                ResourceNotFoundException.class,
                () -> other.getFunction(r -> r.functionName("mine")));
    }

    @Test
    void aTenantRunsAnothersFunctionOnlyWithItsPermission() {
        String arn = root.getFunction(r -> r.functionName("mine")).configuration().functionArn();
        var refusal =
                assertThrows(LambdaException.class, () -> other.invoke(r -> r.functionName(arn)));
        assertEquals(403, refusal.statusCode());
        assertFalse(refusal.awsErrorDetails().errorMessage().contains("secret"));
        root.addPermission(
                r ->
                        r.functionName("mine")
                                .statementId("acme")
                                .action("lambda:InvokeFunction")
                                .principal(tenant.id()));

        var answer = other.invoke(r -> r.functionName(arn));

        assertEquals("\"secret\"", answer.payload().asUtf8String());
        root.removePermission(r -> r.functionName("mine").statementId("acme"));
        assertThrows(LambdaException.class, () -> other.invoke(r -> r.functionName(arn)));
    }

    private static AwsServiceException refusal(String accessKeyId, String secret) {
        try (var lambda = server.lambda(credentials(accessKeyId, secret))) {
            return assertThrows(AwsServiceException.class, lambda::listFunctions);
        }
    }

    private static StaticCredentialsProvider credentials(String accessKeyId, String secret) {
        return StaticCredentialsProvider.create(AwsBasicCredentials.create(accessKeyId, secret));
    }
}
