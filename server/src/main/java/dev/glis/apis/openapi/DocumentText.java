package dev.glis.apis.openapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.base.Fault;
import dev.glis.base.Limits;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Reads documents, which are JSON if they begin with a brace and else YAML. */
public final class DocumentText {
    private DocumentText() {}

    /**
     * Reads a document by the rules of OpenAPI 3.0 or 3.1.
     *
     * @param mistakes gets those that are found, with their places; its later ones are in this text
     * @throws Fault INVALID, with all mistakes, if there is one; TOO_LARGE
     */
    public static ObjectNode read(byte[] bytes, Mistakes mistakes) {
        ObjectNode document = parse(bytes, mistakes);
        check(document, mistakes);
        return document;
    }

    /** Holds a document to the rules of OpenAPI 3.0 or 3.1. */
    public static void check(ObjectNode document, Mistakes mistakes) {
        new DocumentRules(document, mistakes).check();
    }

    /** As {@link #read}, without the rules. */
    public static ObjectNode parse(byte[] bytes, Mistakes mistakes) {
        if (bytes.length > Limits.API_DOCUMENT_BYTES.value()) {
            throw Fault.of(
                    Fault.Kind.TOO_LARGE,
                    "The document has "
                            + bytes.length
                            + " bytes, more than "
                            + Limits.API_DOCUMENT_BYTES.value());
        }
        String text = text(bytes);
        Tree tree =
                text.stripLeading().startsWith("{")
                        ? JsonTree.read(text, mistakes)
                        : YamlTree.read(text, mistakes);
        mistakes.requireNone();
        mistakes.in(tree.place());
        if (!(tree.node() instanceof ObjectNode document)) {
            mistakes.add("", "An OpenAPI document is a mapping that begins with openapi: 3.1.0");
            mistakes.requireNone();
            throw new IllegalStateException("There was a mistake");
        }
        return document;
    }

    /** Reads again what was read once and written as JSON; its numbers stay as they were. */
    public static ObjectNode reread(byte[] json) {
        var mistakes = new Mistakes();
        Tree tree = JsonTree.read(new String(json, StandardCharsets.UTF_8), mistakes);
        mistakes.requireNone();
        return (ObjectNode) tree.node();
    }

    private static String text(byte[] bytes) {
        try {
            String text =
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw new Fault(Fault.Kind.INVALID, "invalid-document", "The document is not UTF-8", e);
        }
    }
}
