package dev.glis.wire.portal;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.glis.base.Limits;
import dev.glis.base.testing.ManualTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How often one may try to sign in. */
final class SignInAttemptsTest {
    private final ManualTime time = new ManualTime();
    private final SignInAttempts attempts = new SignInAttempts(time);

    @Test
    void ofOneAddressSomeMayFail() {
        for (int i = 0; i < Limits.PORTAL_SIGN_INS_OF_ADDRESS.value(); i++) {
            assertTrue(attempts.mayTry("a", "key" + i));
            attempts.failed("a", "key" + i);
        }

        assertFalse(attempts.mayTry("a", "another"));
        assertTrue(attempts.mayTry("b", "another"));
    }

    @Test
    void forOneKeySomeMayFail() {
        for (int i = 0; i < Limits.PORTAL_SIGN_INS_OF_KEY.value(); i++) {
            assertTrue(attempts.mayTry("address" + i, "key"));
            attempts.failed("address" + i, "key");
        }

        assertFalse(attempts.mayTry("another", "key"));
        assertTrue(attempts.mayTry("another", "other"));
    }

    @Test
    void afterAQuarterOfAnHourOneMayTryAgain() {
        for (int i = 0; i < Limits.PORTAL_SIGN_INS_OF_KEY.value(); i++) {
            attempts.failed("a", "key");
        }

        time.pass(Duration.ofMinutes(16).toMillis());

        assertTrue(attempts.mayTry("a", "key"));
    }
}
