package dev.glis.guest;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs the bootstrap as a process, as a sandbox would. */
@Tag("slow")
final class BootstrapTest {
    private static final String FUNCTIONS = Functions.class.getName();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "::echo    | {\"a\":[1,2.5,null,\"ü\"]} | {\"a\":[1,2.5,null,\"ü\"]}",
                "::echo    | null                       | null",
                "::greet   | {\"name\":\"you\"}         | \"Hello you\"",
                "::greet   | {\"name\":5}               | \"Hello 5\"",
                "::increment | 41                       | 42",
                "::increment | \"41\"                   | 42",
                "::copy    | any thing                  | any thing",
                "::nothing | 1                          | null",
                "::twice   | {\"count\":21}             | {\"count\":42}",
                "$Values   | {\"a\":1}                  | [\"$LATEST\",\"{a=1}\"]",
                "$Streams  | {}                         | {}",
            })
    void handlersOfEveryKindAnswer(String handler, String event, String response) throws Exception {
        ScriptedApi.Run run = ScriptedApi.run(FUNCTIONS + handler, event, event);

        assertEquals(2, run.posts().size(), run.output());
        assertEquals(response, run.posts().getLast().text());
        assertEquals(
                "/2018-06-01/runtime/invocation/" + ScriptedApi.REQUEST_ID + "/response",
                run.posts().getFirst().path());
    }

    @Test
    void sixMegabytesPassBothWays() throws Exception {
        String event = '"' + "y".repeat(6_000_000) + '"';

        ScriptedApi.Run run = ScriptedApi.run(FUNCTIONS + "::copy", event);

        assertArrayEquals(event.getBytes(StandardCharsets.UTF_8), run.posts().getFirst().body());
    }

    @Test
    void theContextHasLambdasMembersAndALogger() throws Exception {
        ScriptedApi.Run run = ScriptedApi.run(FUNCTIONS + "::describe", "{}");

        assertEquals(
                "{\"id\":\""
                        + ScriptedApi.REQUEST_ID
                        + "\",\"name\":\"shop\",\"memory\":128,\"inTime\":true,"
                        + "\"custom\":{\"k\":\"v\"},\"trace\":\"Root=1\"}",
                run.posts().getFirst().text());
        assertTrue(run.output().startsWith("printed ü\ntwo\rlines\n"), run.output());
    }

    @Test
    void whatTheHandlerThrowsIsToldWithItsCause() throws Exception {
        ScriptedApi.Run run = ScriptedApi.run(FUNCTIONS + "::increment", "-1", "1");

        ScriptedApi.Post error = run.posts().getFirst();
        assertTrue(error.path().endsWith("/error"));
        assertTrue(error.head().contains("Error-Type: java.lang.IllegalStateException\r\n"));
        assertTrue(error.text().startsWith("{\"errorMessage\":\"negative\""), error.text());
        assertTrue(error.text().contains("\"cause\":{\"errorMessage\":\"inner\""), error.text());
        assertEquals("2", run.posts().getLast().text());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Nope::run | Class not found: Nope",
                "dev.glis.guest.Functions | Class does not implement an appropriate handler"
                        + " interface: dev.glis.guest.Functions",
                "dev.glis.guest.Functions::nope | No public method named nope with appropriate"
                        + " method signature found on class dev.glis.guest.Functions",
            })
    void aHandlerThatCannotBeFoundFailsEachInvocation(String handler, String message)
            throws Exception {
        ScriptedApi.Run run = ScriptedApi.run(handler, "1", "2");

        assertEquals(2, run.posts().size());
        assertTrue(run.posts().getLast().path().endsWith("/error"));
        assertTrue(run.posts().getLast().text().contains(message), run.posts().getLast().text());
    }

    @Test
    void aFailingConstructorEndsTheInstance() throws Exception {
        ScriptedApi.Run run = ScriptedApi.run(FUNCTIONS + "$Broken::run", "1");

        assertEquals("/2018-06-01/runtime/init/error", run.posts().getFirst().path());
        assertEquals(
                "{\"errorMessage\":\"no settings\",\"errorType\":\"java.lang.IllegalStateException\"}",
                run.posts().getFirst().text());
        assertEquals(1, run.status());
    }
}
