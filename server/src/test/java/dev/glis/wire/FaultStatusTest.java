package dev.glis.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.glis.base.Fault;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whose fault it is can be told from the status. */
final class FaultStatusTest {
    @ParameterizedTest
    @EnumSource(
            value = Fault.Kind.class,
            names = {"INTERNAL", "UNAVAILABLE", "UNSUPPORTED"})
    void isTheServers(Fault.Kind kind) {
        // When
        int status = FaultStatus.of(Fault.of(kind, "no"));
        // Then
        assertEquals(5, status / 100);
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.Kind.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"INTERNAL", "UNAVAILABLE", "UNSUPPORTED"})
    void isTheCallers(Fault.Kind kind) {
        // When
        int status = FaultStatus.of(Fault.of(kind, "no"));
        // Then
        assertEquals(4, status / 100);
    }
}
