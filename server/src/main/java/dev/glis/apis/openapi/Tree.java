package dev.glis.apis.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.glis.base.Limits;
import java.math.BigDecimal;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/** A document's values, and the place of each. */
record Tree(JsonNode node, Place place) {
    /** Makes values. */
    static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private static final int MOST_DIGITS = 400;

    /** What cannot be read on. */
    static final class Broken extends Exception {
        private static final long serialVersionUID = 1L;
        private final int line;
        private final int column;

        Broken(int line, int column, String message) {
            super(message);
            this.line = line;
            this.column = column;
        }

        void addTo(Mistakes mistakes) {
            mistakes.add(line, column, String.valueOf(getMessage()));
        }
    }

    /** Counts what is built, so that a small text never becomes a large tree. */
    static final class Budget {
        private long nodes;

        void take(int depth, int line, int column) throws Broken {
            nodes++;
            if (nodes > Limits.API_DOCUMENT_NODES.value()) {
                throw new Broken(
                        line,
                        column,
                        "The document, with its aliases expanded, has more than "
                                + Limits.API_DOCUMENT_NODES.value()
                                + " values");
            }
            if (depth > Limits.API_DOCUMENT_DEPTH.value()) {
                throw new Broken(
                        line,
                        column,
                        "This is nested more than "
                                + Limits.API_DOCUMENT_DEPTH.value()
                                + " levels deep");
            }
        }
    }

    /** The number of a text that JSON takes for one, or null if it is out of all reason. */
    static @Nullable JsonNode number(String text) {
        boolean whole = text.matches("-?[0-9]+");
        if (text.length() > MOST_DIGITS) {
            return null;
        }
        if (whole) {
            var integer = new BigInteger(text);
            if (integer.bitLength() < Integer.SIZE) {
                return NODES.numberNode(integer.intValue());
            }
            return integer.bitLength() < Long.SIZE
                    ? NODES.numberNode(integer.longValue())
                    : NODES.numberNode(integer);
        }
        var decimal = new BigDecimal(text);
        return Math.abs((long) decimal.scale()) > MOST_DIGITS ? null : DecimalNode.valueOf(decimal);
    }
}
