package dev.glis.accounts;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.glis.base.Fault;
import dev.glis.base.Limits;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Who must wait after how many failures. */
final class FailedAttemptsTest {
    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");

    private final FixedClock clock = new FixedClock(NOW.toString());
    private final FailedAttempts attempts = new FailedAttempts(clock);

    @Test
    void stopsAfterTheLimitAndOnlyWhoFailed() {
        // When
        fail(address("192.0.2.1"), "alice", Limits.FAILED_ATTEMPTS.intValue() - 1);
        assertLetIn("192.0.2.1", "alice");
        fail(address("192.0.2.1"), "alice", 1);
        // Then
        assertStopped("192.0.2.1", "alice");
        assertLetIn("192.0.2.1", "bob");
        assertLetIn("192.0.2.1", "");
        assertLetIn("192.0.2.2", "alice");
    }

    @Test
    void letsTryAgainWithTime() {
        // Given
        fail(address("192.0.2.1"), "alice", 10 * Limits.FAILED_ATTEMPTS.intValue());
        // When
        clock.set(NOW.plusSeconds(60 / Limits.FAILED_ATTEMPTS_PER_MINUTE.value() + 1));
        // Then
        assertLetIn("192.0.2.1", "alice");
        fail(address("192.0.2.1"), "alice", 5);
        assertStopped("192.0.2.1", "alice");
    }

    @Test
    void aNetworkOfIpv6IsOneAddress() {
        // When
        for (int i = 0; i < Limits.FAILED_ATTEMPTS.value(); i++) {
            fail(address("2001:db8:1:2::" + i), "", 1);
        }
        // Then
        assertStopped("2001:db8:1:2:ffff::1", "");
        assertLetIn("2001:db8:1:3::1", "");
    }

    @Test
    void remembersNoMoreThanItsLimit() throws Exception {
        // Given
        int most = Limits.FAILED_ATTEMPTS_REMEMBERED.intValue();
        // When
        for (int i = 0; i < most + 10_000; i++) {
            attempts.failed(numbered(i), "");
        }
        // Then
        assertTrue(attempts.size() <= most + 256, attempts.size() + " buckets");
        clock.set(NOW.plusSeconds(86_400));
        attempts.failed(numbered(0), "");
        assertEquals(1, attempts.size());
    }

    private static InetAddress numbered(int number) throws UnknownHostException {
        return InetAddress.getByAddress(ByteBuffer.allocate(4).putInt(number).array());
    }

    private void fail(InetAddress from, String identity, int times) {
        for (int i = 0; i < times; i++) {
            attempts.failed(from, identity);
        }
    }

    private void assertStopped(String from, String identity) {
        Fault fault = assertThrows(Fault.class, () -> attempts.requireFew(address(from), identity));
        assertEquals("too-many-failures", fault.code());
    }

    private void assertLetIn(String from, String identity) {
        assertDoesNotThrow(() -> attempts.requireFew(address(from), identity));
    }

    private static InetAddress address(String text) {
        return InetAddress.ofLiteral(text);
    }
}
