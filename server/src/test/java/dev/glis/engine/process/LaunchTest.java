package dev.glis.engine.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a start makes of a program that is quicker than the server. */
@Timeout(30)
final class LaunchTest {
    private static final int SIGKILL_STATUS = 128 + 9;

    @Test
    void theMonitorStandsForAFirstProcessThatHasEnded() throws Exception {
        // Given
        Process ended = new ProcessBuilder("/bin/true").start();
        assertEquals(0, ended.waitFor());
        Process monitor = new ProcessBuilder("/bin/sleep", "1000").start();
        // When
        int first = Launch.firstProcess((int) ended.pid(), (int) monitor.pid());
        Native.killByDescriptor(first, Native.SIGKILL);
        // Then
        assertEquals(SIGKILL_STATUS, monitor.waitFor());
        assertTrue(Native.poll(first, -1, 0), "it has ended");
        Native.close(first);
    }
}
