package dev.glis.apis.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.ExecutionConfig;
import com.networknt.schema.ExecutionContext;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaContext;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.dialect.Dialect;
import com.networknt.schema.dialect.Dialects;
import com.networknt.schema.keyword.Keyword;
import com.networknt.schema.keyword.KeywordValidator;
import com.networknt.schema.keyword.NonValidationKeyword;
import com.networknt.schema.keyword.RefValidator;
import com.networknt.schema.path.NodePath;
import com.networknt.schema.path.PathType;
import dev.glis.base.Limits;
import java.util.List;
import java.util.Locale;

/** Compiles schemas. Nothing is ever fetched: what is neither given nor in the library fails. */
final class Schemas {
    private static final String HOME = "https://glis.invalid/document";

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

    /**
     * The schemas of an OpenAPI document, by its version's dialect.
     *
     * @param member an array in it that holds those that are wanted
     */
    static Compiled compile(ObjectNode document, String member) {
        boolean isOld = document.path("openapi").asText().startsWith("3.0");
        Dialect dialect =
                Dialect.builder(isOld ? Dialects.getOpenApi30() : Dialects.getOpenApi31())
                        .keyword(new CountedReference())
                        .unknownKeywordFactory((name, context) -> new NonValidationKeyword(name))
                        .build();
        SchemaRegistryConfig config =
                SchemaRegistryConfig.builder()
                        .pathType(PathType.JSON_POINTER)
                        .locale(Locale.ENGLISH)
                        .formatAssertionsEnabled(true)
                        .regularExpressionFactory(BoundedPattern::new)
                        .build();
        Schema root =
                SchemaRegistry.withDialect(dialect, builder -> builder.schemaRegistryConfig(config))
                        .getSchema(SchemaLocation.of(HOME), document);
        return new Compiled(root, member);
    }

    /** A compiled document. */
    record Compiled(Schema root, String member) {
        Checked schema(int number) {
            Schema schema =
                    root.getSubSchema(
                            new NodePath(PathType.JSON_POINTER).append(member).append(number));
            schema.initializeValidators();
            return new Checked(schema);
        }
    }

    /** What is wrong with a part of a value. */
    record Wrong(String at, String message) {}

    /** A schema that values are held to. */
    record Checked(Schema schema) {
        /** What is wrong with a value; a limited effort is made. */
        List<Wrong> check(JsonNode value) {
            var context =
                    new Effort(
                            ExecutionConfig.builder()
                                    .locale(Locale.ENGLISH)
                                    .formatAssertionsEnabled(true)
                                    .readOnly(true)
                                    .build());
            try {
                schema.validate(context, value);
            } catch (Effort.TooMuch | StackOverflowError e) {
                return List.of(new Wrong("", "is too complicated to be checked"));
            }
            return context.getErrors().stream()
                    // A client may send back what it got; it is just not required to.
                    .filter(error -> !error.getKeyword().equals("readOnly"))
                    .map(Checked::wrong)
                    .toList();
        }

        private static Wrong wrong(Error error) {
            String at = error.getInstanceLocation().toString();
            return switch (error.getKeyword()) {
                case "required" ->
                        new Wrong(
                                Pointers.append(at, String.valueOf(error.getProperty())),
                                "is required");
                case "additionalProperties", "unevaluatedProperties" ->
                        new Wrong(
                                Pointers.append(at, String.valueOf(error.getProperty())),
                                "is not known here");
                case "enum" -> new Wrong(at, "must be one of " + error.getSchemaNode());
                case "pattern" -> new Wrong(at, "must match " + error.getSchemaNode().asText());
                case "minimum", "exclusiveMinimum" ->
                        new Wrong(at, bound(error, "at least ", "more than "));
                case "maximum", "exclusiveMaximum" ->
                        new Wrong(at, bound(error, "at most ", "less than "));
                default -> new Wrong(at, error.getMessage());
            };
        }

        /** In OpenAPI 3.0, another keyword says whether the bound itself is allowed. */
        private static String bound(Error error, String within, String beyond) {
            JsonNode value = error.getInstanceNode();
            boolean isExcluded =
                    error.getKeyword().startsWith("exclusive")
                            || (value.isNumber()
                                    && value.decimalValue()
                                                    .compareTo(error.getSchemaNode().decimalValue())
                                            == 0);
            return "must be " + (isExcluded ? beyond : within) + error.getSchemaNode();
        }
    }

    /** What one check has cost so far. */
    private static final class Effort extends ExecutionContext {
        private long references;

        Effort(ExecutionConfig config) {
            super(config);
        }

        /** Keeps some; what has one wrong part is wrong, however many more there are. */
        @Override
        public void addError(Error error) {
            if (getErrors().size() < Limits.API_VIOLATIONS.value()) {
                super.addError(error);
            }
        }

        void takeReference() {
            references++;
            if (references > Limits.API_VALIDATION_REFERENCES.value()) {
                throw new TooMuch();
            }
        }

        static final class TooMuch extends RuntimeException {
            private static final long serialVersionUID = 1L;

            TooMuch() {
                super("Too many references", null, false, false);
            }
        }
    }

    /**
     * {@code $ref}, counted: without following references, a check costs no more than the product
     * of the schema's size and the value's.
     */
    private static final class CountedReference implements Keyword {
        @Override
        public String getValue() {
            return "$ref";
        }

        @Override
        public KeywordValidator newValidator(
                SchemaLocation location, JsonNode node, Schema parent, SchemaContext context) {
            return new RefValidator(location, node, parent, context) {
                @Override
                public void validate(
                        ExecutionContext execution, JsonNode value, JsonNode root, NodePath path) {
                    if (execution instanceof Effort effort) {
                        effort.takeReference();
                    }
                    super.validate(execution, value, root, path);
                }
            };
        }
    }
}
