package dev.glis.apis.domains;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.random.RandomGenerator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How long a domain waits after failures. */
final class RetryPauseTest {
    private static final RandomGenerator LEAST = () -> 0L;
    private static final RandomGenerator MOST = () -> -1L;

    @ParameterizedTest
    @CsvSource({"1, PT1M", "2, PT2M", "5, PT16M", "10, PT8H32M", "11, PT12H", "1000000, PT12H"})
    void doublesUpToALimitAndIsSpreadByAQuarter(int failures, Duration usual) {
        assertEquals(usual, RetryPause.after(failures, LEAST));
        Duration most = RetryPause.after(failures, MOST);
        assertTrue(most.compareTo(usual.plus(usual.dividedBy(5))) > 0, most.toString());
        assertTrue(most.compareTo(usual.plus(usual.dividedBy(4))) <= 0, most.toString());
    }
}
