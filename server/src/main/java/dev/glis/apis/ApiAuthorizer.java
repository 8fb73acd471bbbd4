package dev.glis.apis;

import java.util.List;

/** Who decides about a request besides Glis itself. */
public sealed interface ApiAuthorizer {
    /**
     * An issuer of JSON Web Tokens, by OpenID Connect.
     *
     * @param issuer as tokens name it; its keys are found by its discovery document
     * @param audiences of which a token must name one
     */
    record Jwt(String issuer, List<String> audiences) implements ApiAuthorizer {
        public Jwt {
            audiences = List.copyOf(audiences);
        }
    }

    /**
     * A function of the API's account.
     *
     * @param function its name, with {@code :version} or {@code :alias} if not the latest code
     * @param ttlSeconds how long its verdict holds for the same identity; 0 to ask each time
     * @param identity what makes up an identity, each of which a request must have: {@code
     *     header.NAME} or {@code query.NAME}
     */
    record Custom(String function, long ttlSeconds, List<String> identity)
            implements ApiAuthorizer {
        public Custom {
            identity = List.copyOf(identity);
        }
    }
}
