package dev.glis.wire.lambda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glis.accounts.Principal;
import dev.glis.base.Json;
import dev.glis.functions.testing.RecordedResponse;
import dev.glis.functions.testing.ZipForge;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class LambdaAdapterTest {
    private static final String FUNCTIONS = "/2015-03-31/functions";
    private static final byte[] ZIP = ZipForge.of("index.js", "exports.handler = 1");

    private static WireFixture wire;

    @BeforeAll
    static void open() {
        wire = new WireFixture();
    }

    @AfterAll
    static void close() {
        wire.close();
    }

    /**
     * Plays a file of exchanges against a fresh cloud. An exchange is a request line, perhaps a
     * body, {@code --}, a status with perhaps an error's name, and perhaps a body, in which {@code
     * <any>} stands for any value; exchanges are parted by {@code ====}.
     */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "function-lifecycle",
                "versions-and-aliases",
                "layers",
                "concurrency",
                "event-invoke-config",
                "permissions",
                "function-url",
                "tags",
                "refusals"
            })
    void answersAsRecorded(String name) throws IOException {
        String text;
        try (var stream =
                LambdaAdapterTest.class.getResourceAsStream("/wire/lambda/" + name + ".txt")) {
            assertNotNull(stream);
            text = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
        try (var fresh = new WireFixture()) {
            for (String exchange : text.replace("<zip>", WireFixture.base64(ZIP)).split("====\n")) {
                play(fresh, exchange);
            }
        }
    }

    @Test
    void codeIsDownloadedByTheLinkUntilItExpires() {
        create("download");
        JsonNode function = json(wire.call("GET", FUNCTIONS + "/download", ""));
        String link = function.path("Code").path("Location").asText();
        RecordedResponse first = wire.download(link);
        RecordedResponse forged = wire.download(link.replaceAll("[0-9a-f]{4}$", "0000"));
        wire.control().pass(601_000);

        RecordedResponse late = wire.download(link);

        assertTrue(link.startsWith("http://localhost:4566/_glis/code/"));
        assertArrayEquals(ZIP, first.bytes());
        assertEquals(403, forged.status());
        assertEquals(403, late.status());
    }

    @Test
    void reportsAllMistakesOfFormAtOnce() {
        RecordedResponse response =
                wire.call(
                        "POST",
                        FUNCTIONS,
                        "{\"FunctionName\":\"a b\",\"Timeout\":901,\"MemorySize\":64,\"Code\":{},"
                                + "\"Role\":\"nobody\"}");

        String message = json(response).path("message").asText();
        assertEquals(400, response.status());
        assertTrue(message.startsWith("4 validation errors detected: "), message);
        assertTrue(
                message.contains(
                        "Value '901' at 'timeout' failed to satisfy constraint: Member must have"
                                + " value less than or equal to 900"),
                message);
        assertTrue(
                message.contains(
                        "Value '64' at 'memorySize' failed to satisfy constraint: Member must have"
                                + " value greater than or equal to 128"),
                message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    VpcConfig|{"SubnetIds":["subnet-1"]}
                    FileSystemConfigs|[{"Arn":"arn:aws:elasticfilesystem:eu-west-1:111122223333:access-point/fsap-0123456789abcdef0","LocalMountPath":"/mnt/x"}]
                    KMSKeyArn|"arn:aws:kms:eu-west-1:111122223333:key/k"
                    SnapStart|{"ApplyOn":"PublishedVersions"}
                    TracingConfig|{"Mode":"Active"}
                    LoggingConfig|{"LogFormat":"JSON"}
                    DeadLetterConfig|{"TargetArn":"arn:aws:sqs:us-east-1:111122223333:q"}
                    """)
    void refusesSettingsThatItCannotHonour(String name, String value) {
        RecordedResponse response =
                wire.call("POST", FUNCTIONS, body("unsupported", ",\"" + name + "\":" + value));

        assertEquals(400, response.status(), text(response));
        assertEquals("InvalidParameterValueException", response.headers().get("x-amzn-ErrorType"));
        assertTrue(text(response).contains("not supported"), text(response));
        assertEquals(404, wire.call("GET", FUNCTIONS + "/unsupported", "").status());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    ImageConfig|{"WorkingDirectory":"/"}|don't provide ImageConfig
                    PackageType|"Image"|provide ImageUri when creating a function with packageType Image
                    """)
    void tellsWhatBelongsToTheOtherKindOfPackage(String name, String value, String message) {
        RecordedResponse response =
                wire.call("POST", FUNCTIONS, body("kinds", ",\"" + name + "\":" + value));

        assertEquals(400, response.status(), text(response));
        assertEquals("InvalidParameterValueException", response.headers().get("x-amzn-ErrorType"));
        assertTrue(text(response).contains(message), text(response));
    }

    @Test
    void acceptsSettingsThatAskForTheWayItIs() {
        RecordedResponse response =
                wire.call(
                        "POST",
                        FUNCTIONS,
                        body(
                                "trivial",
                                ",\"TracingConfig\":{\"Mode\":\"PassThrough\"},\"PackageType\":\"Zip\","
                                        + "\"SnapStart\":{\"ApplyOn\":\"None\"},\"VpcConfig\":{},"
                                        + "\"NoSuchMember\":[{\"deep\":1}]"));

        assertEquals(201, response.status(), text(response));
    }

    @Test
    void aUserNeedsAPolicy() {
        Principal user =
                wire.user(
                        "reader",
                        """
                        {"Version":"2012-10-17","Statement":[{"Effect":"Allow",
                        "Action":"lambda:ListFunctions","Resource":"*"}]}
                        """);

        RecordedResponse allowed = wire.call(user, "GET", FUNCTIONS, "");
        RecordedResponse refused = wire.call(user, "POST", FUNCTIONS, body("mine", ""));

        assertEquals(200, allowed.status());
        assertEquals(403, refused.status());
        assertEquals("AccessDeniedException", refused.headers().get("x-amzn-ErrorType"));
        assertTrue(
                text(refused).contains("is not authorized to perform: lambda:CreateFunction"),
                text(refused));
    }

    @Test
    void anotherAccountSeesAFunctionOnlyByItsPolicy() {
        create("visible");
        Principal other = WireFixture.root("444455556666");
        String path =
                FUNCTIONS + "/arn%3Aaws%3Alambda%3Aus-east-1%3A111122223333%3Afunction%3Avisible";
        int before = wire.call(other, "GET", path, "").status();
        wire.call(
                "POST",
                FUNCTIONS + "/visible/policy",
                "{\"StatementId\":\"s\",\"Action\":\"lambda:GetFunction\","
                        + "\"Principal\":\"444455556666\"}");

        RecordedResponse after = wire.call(other, "GET", path, "");

        assertEquals(403, before);
        assertEquals(200, after.status(), text(after));
        assertEquals(403, wire.call(other, "DELETE", path, "").status());
        assertEquals(404, wire.call(other, "GET", FUNCTIONS + "/visible", "").status());
    }

    @Test
    void everyAnswerHasARequestId() {
        assertNotNull(wire.call("GET", FUNCTIONS, "").headers().get("x-amzn-RequestId"));
        assertNotNull(wire.call("GET", "/nothing", "").headers().get("x-amzn-RequestId"));
    }

    private static void play(WireFixture cloud, String exchange) {
        List<String> lines = new ArrayList<>(exchange.lines().toList());
        int parting = lines.indexOf("--");
        String[] request = lines.getFirst().split(" ", 2);
        String body = String.join("\n", lines.subList(1, parting));
        String[] status = lines.get(parting + 1).split(" ", 2);
        String expected = String.join("\n", lines.subList(parting + 2, lines.size()));

        RecordedResponse response = cloud.call(request[0], request[1], body);

        String about = lines.getFirst() + " answered " + response.status() + " " + text(response);
        assertEquals(Integer.parseInt(status[0]), response.status(), about);
        assertEquals(
                status.length < 2 ? null : status[1],
                response.headers().get("x-amzn-ErrorType"),
                about);
        if (expected.isBlank()) {
            assertEquals("", text(response), about);
        } else {
            assertSame(Json.parse(expected), json(response), "", about);
        }
    }

    private static void assertSame(JsonNode expected, JsonNode actual, String at, String about) {
        if (expected.isTextual() && expected.asText().equals("<any>")) {
            assertTrue(!actual.isMissingNode() && !actual.isNull(), at + " is missing; " + about);
            return;
        }
        if (!expected.isObject() || !actual.isObject()) {
            assertEquals(expected.toString(), actual.toString(), at + "; " + about);
            return;
        }
        var names = new ArrayList<String>();
        expected.fieldNames().forEachRemaining(names::add);
        var actualNames = new ArrayList<String>();
        actual.fieldNames().forEachRemaining(actualNames::add);
        assertEquals(
                names.stream().sorted().toList(),
                actualNames.stream().sorted().toList(),
                at + "; " + about);
        names.forEach(
                name -> assertSame(expected.path(name), actual.path(name), at + "." + name, about));
    }

    private static void create(String name) {
        RecordedResponse response = wire.call("POST", FUNCTIONS, body(name, ""));
        assertEquals(201, response.status(), text(response));
    }

    private static String body(String name, String more) {
        return "{\"FunctionName\":\""
                + name
                + "\",\"Runtime\":\"nodejs22.x\",\"Handler\":\"index.handler\","
                + "\"Role\":\"arn:aws:iam::111122223333:role/any\",\"Code\":{\"ZipFile\":\""
                + WireFixture.base64(ZIP)
                + "\"}"
                + more
                + "}";
    }

    private static JsonNode json(RecordedResponse response) {
        return Json.parse(response.bytes());
    }

    private static String text(RecordedResponse response) {
        return response.text();
    }
}
