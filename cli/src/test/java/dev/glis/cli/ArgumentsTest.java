package dev.glis.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

final class ArgumentsTest {
    private static final Usage.Flag SINCE = new Usage.Flag("--since", "TIME", "");
    private static final Usage.Flag FOLLOW = new Usage.Flag("--follow", "", "");
    private static final Usage USAGE = new Usage("logs", "NAME", 1, 1, "", SINCE, FOLLOW);

    @Test
    void sortsFlagsFromOperands() {
        // When flags stand in both forms, before and behind an operand
        var arguments =
                Arguments.parse(USAGE, List.of("--since=5m", "hello", "--follow", "--data", "/d"));

        // Then each is found
        assertEquals("5m", arguments.value(SINCE));
        assertTrue(arguments.has(FOLLOW));
        assertEquals("/d", arguments.value(Usage.DATA));
        assertEquals(List.of("hello"), arguments.operands());
    }

    @Test
    void takesEverythingBehindTwoHyphensAsOperand() {
        // When an operand looks like a flag, behind --
        var arguments = Arguments.parse(USAGE, List.of("--", "--follow"));

        // Then it is one
        assertEquals(List.of("--follow"), arguments.operands());
    }

    @Test
    void namesTheNearestFlag() {
        // When a flag is misspelt
        var failure =
                assertThrows(Failure.class, () -> Arguments.parse(USAGE, List.of("x", "--folow")));

        // Then the right one is named, and it counts as wrong usage
        assertTrue(failure.text().contains("did you mean --follow?"), failure.text());
        assertEquals(Failure.USAGE, failure.exitCode());
    }

    @Test
    void refusesAFlagWithoutItsValue() {
        // When the value of the last flag is missing
        var failure =
                assertThrows(Failure.class, () -> Arguments.parse(USAGE, List.of("x", "--since")));

        // Then that is said
        assertTrue(failure.text().contains("needs a value: --since TIME"), failure.text());
    }

    @Test
    void refusesTooFewAndTooManyOperands() {
        // When operands are missing, or left over
        var few = assertThrows(Failure.class, () -> Arguments.parse(USAGE, List.of()));
        var many = assertThrows(Failure.class, () -> Arguments.parse(USAGE, List.of("a", "b")));

        // Then the message names what is wanted, or what is too much
        assertTrue(few.text().contains("needs more: NAME"), few.text());
        assertTrue(many.text().contains("does not take 'b'"), many.text());
    }
}
