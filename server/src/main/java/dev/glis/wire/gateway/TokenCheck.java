package dev.glis.wire.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jwt.JWTClaimsSet;
import dev.glis.apis.ApiAuthorizer;
import dev.glis.base.Clock;
import dev.glis.base.Json;
import dev.glis.base.Limits;
import dev.glis.net.HttpRequest;
import dev.glis.triggers.Caller;
import dev.glis.wire.gateway.Issuers.InvalidToken;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * JSON Web Tokens in {@code Authorization: Bearer}, checked as API Gateway does: signature, issuer,
 * audience ({@code aud}, or {@code client_id} where there is no {@code aud}), times and scopes. A
 * token that was found good is good for a minute without another look at its signature.
 */
final class TokenCheck {
    private static final String BEARER = "bearer ";
    private static final Duration REMEMBERED = Duration.ofMinutes(1);
    private static final Duration SKEW = Duration.ofSeconds(60);

    private final Issuers issuers;
    private final Clock clock;
    private final Map<Key, Known> known = new ConcurrentHashMap<>();

    private record Key(ApiAuthorizer.Jwt authorizer, String token) {}

    private record Known(JWTClaimsSet claims, Instant until) {}

    TokenCheck(Issuers issuers, Clock clock) {
        this.issuers = issuers;
        this.clock = clock;
    }

    /** The token of a request; null when it has none. */
    static @Nullable String token(HttpRequest request) {
        String authorization = request.headers().get("Authorization", "").strip();
        return authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
                ? authorization.substring(BEARER.length()).strip()
                : null;
    }

    /** Whether {@link #check} may have to ask the issuer for its keys, or to compute for long. */
    boolean isNew(ApiAuthorizer.Jwt authorizer, String token) {
        Known found = known.get(new Key(authorizer, token));
        return found == null || !clock.instant().isBefore(found.until());
    }

    /**
     * Whose token it is.
     *
     * @param scopes of which the token must have one, unless there are none
     * @throws InvalidToken when it does not let its holder in
     * @throws MissingScope when it is good, but not for this
     */
    Caller.Holder check(ApiAuthorizer.Jwt authorizer, String token, List<String> scopes)
            throws InvalidToken, MissingScope {
        JWTClaimsSet claims = claims(authorizer, token);
        var has = new ArrayList<>(scopes);
        has.retainAll(scopes(claims));
        if (!scopes.isEmpty() && has.isEmpty()) {
            throw new MissingScope();
        }
        return new Caller.Holder(texts(claims), has);
    }

    /** A token without any of the scopes that a route wants. */
    static final class MissingScope extends Exception {
        private static final long serialVersionUID = 1;
    }

    private JWTClaimsSet claims(ApiAuthorizer.Jwt authorizer, String token) throws InvalidToken {
        var key = new Key(authorizer, token);
        Known found = known.get(key);
        Instant now = clock.instant();
        if (found != null && now.isBefore(found.until())) {
            return found.claims();
        }
        JWTClaimsSet claims = issuers.verify(authorizer.issuer(), token);
        require(authorizer, claims, now);
        if (known.size() >= Limits.API_IDENTITIES.value()) {
            known.clear();
        }
        Instant expires = claims.getExpirationTime().toInstant();
        Instant remembered = now.plus(REMEMBERED);
        known.put(key, new Known(claims, expires.isBefore(remembered) ? expires : remembered));
        return claims;
    }

    private static void require(ApiAuthorizer.Jwt authorizer, JWTClaimsSet claims, Instant now)
            throws InvalidToken {
        if (!authorizer.issuer().equals(claims.getIssuer())) {
            throw new InvalidToken("the token is another issuer's");
        }
        if (audiences(claims).stream().noneMatch(authorizer.audiences()::contains)) {
            throw new InvalidToken("the token is for another audience");
        }
        Date expires = claims.getExpirationTime();
        if (expires == null || !now.minus(SKEW).isBefore(expires.toInstant())) {
            throw new InvalidToken("the token has expired");
        }
        if (isAfter(claims.getNotBeforeTime(), now) || isAfter(claims.getIssueTime(), now)) {
            throw new InvalidToken("the token is not valid yet");
        }
    }

    private static boolean isAfter(@Nullable Date date, Instant now) {
        return date != null && date.toInstant().isAfter(now.plus(SKEW));
    }

    private static List<String> audiences(JWTClaimsSet claims) {
        return claims.getAudience().isEmpty()
                ? List.of(String.valueOf(claims.getClaim("client_id")))
                : claims.getAudience();
    }

    private static List<String> scopes(JWTClaimsSet claims) {
        Object scope = claims.getClaim("scope");
        Object found = scope == null ? claims.getClaim("scp") : scope;
        return switch (found) {
            case String text -> Arrays.asList(text.split(" "));
            case Collection<?> several -> several.stream().map(String::valueOf).toList();
            case null, default -> List.of();
        };
    }

    /** Values as functions of HTTP APIs see them: texts, lists in brackets. */
    private static ObjectNode texts(JWTClaimsSet claims) {
        ObjectNode texts = Json.object();
        claims.toJSONObject()
                .forEach(
                        (name, value) ->
                                texts.put(
                                        name,
                                        value instanceof Collection<?> list
                                                ? list.stream()
                                                        .map(String::valueOf)
                                                        .collect(Collectors.joining(" ", "[", "]"))
                                                : String.valueOf(value)));
        return texts;
    }
}
