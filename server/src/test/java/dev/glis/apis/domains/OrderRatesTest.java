package dev.glis.apis.domains;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.glis.base.Limits;
import org.junit.jupiter.api.Test;

/** How many orders an account may make. */
final class OrderRatesTest {
    @Test
    void oneAccountCannotUseUpWhatOthersNeed() {
        // Given
        var rates = new OrderRates();
        for (int i = 0; i < Limits.ACME_ORDERS_PER_HOUR.value(); i++) {
            assertTrue(rates.take("greedy"));
        }
        // When
        boolean another = rates.take("greedy");
        // Then
        assertFalse(another);
        assertTrue(rates.take("modest"));
    }
}
