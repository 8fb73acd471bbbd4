package dev.glis.wire.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.Resource;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.ConfigurableJWTProcessor;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import dev.glis.base.Fault;
import dev.glis.base.Json;
import dev.glis.base.Limits;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Issuers of tokens and their keys, found by OpenID Connect Discovery. Keys are read when a token
 * first needs them, read again when a token names one that is not known, though not at once again
 * and again, and every few minutes; while the issuer cannot be reached, those that are known hold
 * on for a while.
 */
final class Issuers {
    private static final String DISCOVERY = "/.well-known/openid-configuration";
    private static final long KEYS_KEPT_MS = 5 * 60_000;
    private static final long REFRESH_TIMEOUT_MS = 10_000;
    private static final long LEAST_REFRESH_MS = 10_000;
    private static final long OUTAGE_MS = 60 * 60_000;

    /** By public keys only: a token must not choose to be verified by what everybody knows. */
    private static final Set<JWSAlgorithm> ALGORITHMS =
            Set.of(
                    JWSAlgorithm.RS256,
                    JWSAlgorithm.RS384,
                    JWSAlgorithm.RS512,
                    JWSAlgorithm.PS256,
                    JWSAlgorithm.PS384,
                    JWSAlgorithm.PS512,
                    JWSAlgorithm.ES256,
                    JWSAlgorithm.ES384,
                    JWSAlgorithm.ES512);

    private final Documents documents;
    private final Map<String, ConfigurableJWTProcessor<SecurityContext>> known =
            new ConcurrentHashMap<>();

    Issuers(Documents documents) {
        this.documents = documents;
    }

    /**
     * The claims of a token whose signature is the issuer's; what they say is not looked at. May
     * block.
     *
     * @throws Fault UNAVAILABLE when the issuer's keys cannot be read
     * @throws InvalidToken when the token is not the issuer's
     */
    JWTClaimsSet verify(String issuer, String token) throws InvalidToken {
        try {
            return processor(issuer).process(token, null);
        } catch (com.nimbusds.jose.KeySourceException e) {
            throw new Fault(
                    Fault.Kind.UNAVAILABLE,
                    "issuer-unavailable",
                    "The keys of the issuer of tokens cannot be read",
                    e);
        } catch (java.text.ParseException
                | com.nimbusds.jose.proc.BadJOSEException
                | com.nimbusds.jose.JOSEException e) {
            throw new InvalidToken("the token is not signed by its issuer", e);
        }
    }

    /** A token that lets nobody in. */
    static final class InvalidToken extends Exception {
        private static final long serialVersionUID = 1;
        private final String why;

        InvalidToken(String why, Throwable cause) {
            super(why, cause);
            this.why = why;
        }

        InvalidToken(String why) {
            super(why);
            this.why = why;
        }

        String why() {
            return why;
        }
    }

    private ConfigurableJWTProcessor<SecurityContext> processor(String issuer) {
        ConfigurableJWTProcessor<SecurityContext> processor = known.get(issuer);
        if (processor == null) {
            processor = make(issuer);
            if (known.size() > Limits.API_IDENTITIES.value()) {
                known.clear();
            }
            known.put(issuer, processor);
        }
        return processor;
    }

    private ConfigurableJWTProcessor<SecurityContext> make(String issuer) {
        var processor = new DefaultJWTProcessor<SecurityContext>();
        processor.setJWSKeySelector(new JWSVerificationKeySelector<>(ALGORITHMS, keys(issuer)));
        processor.setJWTClaimsSetVerifier((claims, context) -> {});
        return processor;
    }

    private JWKSource<SecurityContext> keys(String issuer) {
        return JWKSourceBuilder.<SecurityContext>create(keysAddress(issuer), this::read)
                .cache(KEYS_KEPT_MS, REFRESH_TIMEOUT_MS)
                .refreshAheadCache(false)
                .rateLimited(LEAST_REFRESH_MS)
                .outageTolerant(OUTAGE_MS)
                .build();
    }

    private URL keysAddress(String issuer) {
        String base = issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
        JsonNode discovery = Json.parse(documents.fetch(base + DISCOVERY));
        if (!discovery.path("issuer").asText().equals(issuer)) {
            throw unusable("it calls itself " + discovery.path("issuer"));
        }
        try {
            return URI.create(discovery.path("jwks_uri").asText()).toURL();
        } catch (MalformedURLException | IllegalArgumentException e) {
            throw unusable("it names no jwks_uri");
        }
    }

    private static Fault unusable(String why) {
        return new Fault(
                Fault.Kind.UNAVAILABLE,
                "issuer-unavailable",
                "The discovery document of the issuer of tokens is not its own: " + why);
    }

    private Resource read(URL url) throws IOException {
        try {
            String content = new String(documents.fetch(url.toString()), StandardCharsets.UTF_8);
            return new Resource(content, "application/json");
        } catch (Fault fault) {
            throw new IOException(fault.text(), fault);
        }
    }
}
