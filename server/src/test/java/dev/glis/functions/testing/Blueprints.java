package dev.glis.functions.testing;

import dev.glis.engine.Blueprint;
import dev.glis.engine.Egress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Blueprints of functions that no test really starts. */
public final class Blueprints {
    public static final String ACCOUNT = "123456789012";

    private Blueprints() {}

    public static String arn(String name) {
        return "arn:aws:lambda:us-east-1:" + ACCOUNT + ":function:" + name;
    }

    public static Blueprint of(String name) {
        return new Blueprint(
                arn(name) + ":$LATEST",
                1,
                ACCOUNT,
                arn(name),
                name,
                "$LATEST",
                "nodejs20.x",
                "index.handler",
                Path.of("/nowhere"),
                List.of(),
                Map.of(),
                128,
                3_000,
                512,
                1,
                Egress.NONE);
    }
}
