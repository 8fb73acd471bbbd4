package dev.glis.apis;

import dev.glis.apis.openapi.RequestRules;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An API with all that is served of it. */
public record ServedApi(Api api, Map<String, ServedStage> stages) {
    public ServedApi {
        stages = Map.copyOf(stages);
    }

    /** A stage, or null. */
    public @Nullable ServedStage stage(String name) {
        return stages.get(name);
    }

    /**
     * A stage.
     *
     * @param other what a part of the requests meets, or null
     * @param otherPercent how large a part
     * @param settings whose variables both have already
     */
    public record ServedStage(
            String name,
            Version main,
            @Nullable Version other,
            double otherPercent,
            StageSettings settings) {
        /**
         * Which of the two a request meets.
         *
         * @param chance from 0 to less than 100
         */
        public Version pick(double chance) {
            return other != null && chance < otherPercent ? other : main;
        }
    }

    /**
     * A deployment, ready to serve.
     *
     * @param rules that requests are held to; null if there are none
     */
    public record Version(
            int number, ApiSettings settings, Router router, @Nullable RequestRules rules) {}
}
