package dev.glis.apis;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A stage with what AWS's control API says of it.
 *
 * @param stage what it serves; null while that is nothing
 */
public record StagePart(
        String name, @Nullable Stage stage, Details details, Instant created, Instant modified) {
    /**
     * What is set for a stage.
     *
     * @param autoDeploy whether each change of the API is deployed to it at once
     * @param settings what it adds to what it serves
     */
    public record Details(
            boolean autoDeploy,
            String description,
            Map<String, String> tags,
            StageSettings settings) {
        /** Of a stage that Glis's own commands made. */
        static final Details NONE = new Details(false, "", Map.of(), StageSettings.NONE);

        public Details {
            tags = Map.copyOf(tags);
        }
    }
}
