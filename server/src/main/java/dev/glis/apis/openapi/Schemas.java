package dev.glis.apis.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.dialect.Dialects;
import com.networknt.schema.path.PathType;
import java.util.Locale;

/** Compiles schemas. Nothing is ever fetched: what is neither given nor in the library fails. */
final class Schemas {
    private Schemas() {}

    /** One of Glis's own. */
    static Schema compile(JsonNode schema) {
        SchemaRegistryConfig config =
                SchemaRegistryConfig.builder()
                        .pathType(PathType.JSON_POINTER)
                        .locale(Locale.ENGLISH)
                        .build();
        return SchemaRegistry.withDialect(
                        Dialects.getDraft202012(), builder -> builder.schemaRegistryConfig(config))
                .getSchema(schema);
    }
}
