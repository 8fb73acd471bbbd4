package dev.glis.apis.clients;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A program that calls APIs, for those who manage it.
 *
 * @param accountId whose application it is
 * @param name unique in its account
 */
public record Application(
        String clientId,
        String accountId,
        String name,
        State state,
        Instant created,
        List<SecretInfo> secrets) {
    Application with(List<Secret> stored) {
        List<SecretInfo> infos =
                stored.stream()
                        .map(
                                each ->
                                        new SecretInfo(
                                                each.secretId(), each.created(), each.expires()))
                        .toList();
        return new Application(clientId, accountId, name, state, created, infos);
    }

    /** The name under which policies know an application, whichever of its names was used. */
    public static String arn(String region, String accountId, String name) {
        return "arn:aws:glis:" + region + ":" + accountId + ":application/" + name;
    }

    /** Whether its requests are answered. */
    public enum State {
        ACTIVE,
        SUSPENDED
    }

    /**
     * A secret without the secret.
     *
     * @param expires from when on it is refused; null when it stays until it is removed
     */
    public record SecretInfo(String secretId, Instant created, @Nullable Instant expires) {}

    /** What is told once, when a secret has been made. */
    public record NewSecret(Application application, String secretId, String secret) {}
}
