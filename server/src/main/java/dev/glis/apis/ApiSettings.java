package dev.glis.apis;

import dev.glis.apis.clients.Rate;
import dev.glis.apis.usage.ResponseLogSettings;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is set for a whole API.
 *
 * @param admission of the routes that do not say
 * @param authorizers that routes may name
 * @param cors null to leave CORS to the backends
 * @param rate of all callers together, or null
 * @param addressRate of each source address, or null
 * @param log what of its responses is logged
 * @param compression of answers, or null for none
 * @param validate whether the requests of the routes that do not say are held to its document
 */
public record ApiSettings(
        String description,
        Admission admission,
        Map<String, ApiAuthorizer> authorizers,
        @Nullable Cors cors,
        @Nullable Rate rate,
        @Nullable Rate addressRate,
        ResponseLogSettings log,
        @Nullable Compression compression,
        boolean validate) {
    public ApiSettings {
        authorizers = Map.copyOf(authorizers);
    }

    /** Of an API that was just made. */
    public static final ApiSettings INITIAL =
            new ApiSettings(
                    "",
                    Admission.OPEN,
                    Map.of(),
                    null,
                    null,
                    null,
                    ResponseLogSettings.USUAL,
                    null,
                    false);
}
