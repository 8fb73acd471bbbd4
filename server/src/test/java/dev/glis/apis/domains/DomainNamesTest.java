package dev.glis.apis.domains;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.glis.base.Fault;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which host names may be domains, and how they are written. */
final class DomainNamesTest {
    private final DomainNames names = new DomainNames(Set.of("portal.example.com"));

    @ParameterizedTest
    @CsvSource({
        "api.example.com, api.example.com",
        "API.Example.COM., api.example.com",
        "bücher.example, xn--bcher-kva.example",
        "xn--bcher-kva.example, xn--bcher-kva.example",
        "a.b.c.d.example.com, a.b.c.d.example.com",
        "notlocalhost.com, notlocalhost.com",
        "myportal.example.com, myportal.example.com"
    })
    void areWrittenInSmallAsciiLetters(String given, String written) {
        assertEquals(written, names.require(given));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "com",
                "a..example.com",
                ".example.com",
                "-a.example.com",
                "a_b.example.com",
                "a b.example.com",
                "a.example.com:443",
                "a/b.example.com",
                "127.0.0.1",
                "[::1]",
                "straße.example",
                "a\u200db.example",
                "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.example.com"
            })
    void othersAreRefused(String given) {
        assertEquals("invalid-domain", refusal(given));
    }

    @Test
    void aWholeNameHasALimit() {
        String part = "a".repeat(50) + ".";
        assertEquals(253, names.require(part.repeat(4) + "a".repeat(41) + ".example").length());
        assertEquals("invalid-domain", refusal(part.repeat(4) + "a".repeat(42) + ".example"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pets.localhost",
                "x.lambda-url.localhost",
                "x.lambda-url.example.com",
                "x.execute-api.us-east-1.example.com",
                "portal.example.com",
                "PORTAL.example.com",
                "a.portal.example.com"
            })
    void ownHostsAreRefused(String given) {
        assertEquals("domain-reserved", refusal(given));
    }

    @Test
    void manyHostsAtOnceAreRefused() {
        assertEquals("unsupported", refusal("*.example.com"));
    }

    private String refusal(String name) {
        return assertThrows(Fault.class, () -> names.require(name)).code();
    }
}
