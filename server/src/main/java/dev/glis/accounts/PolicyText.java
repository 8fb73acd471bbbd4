package dev.glis.accounts;

import dev.glis.base.Fault;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A text of a policy that may have wildcards and variables: {@code ${aws:username}}, {@code
 * ${aws:username, 'otherwise'}}, and {@code ${*}}, {@code ${?}}, {@code ${$}} for the characters
 * themselves. Parsed when the policy is, filled in for each request.
 */
final class PolicyText {
    private sealed interface Part {
        record Literal(String compiled) implements Part {}

        record Variable(String key, @Nullable String otherwise) implements Part {}
    }

    private final List<Part> parts;

    private PolicyText(List<Part> parts) {
        this.parts = parts;
    }

    /** Text whose asterisks, question marks and variables stand for themselves. */
    static PolicyText plain(String text) {
        return new PolicyText(List.of(new Part.Literal(text)));
    }

    /**
     * Parses a text.
     *
     * @param wildcards whether asterisks and question marks mean others
     * @param variables whether {@code ${...}} does; it does since policy version 2012-10-17
     */
    static PolicyText parse(String text, boolean wildcards, boolean variables) {
        requireCharacters(text);
        var parts = new ArrayList<Part>();
        int at = 0;
        while (at < text.length()) {
            int start = variables ? text.indexOf("${", at) : -1;
            int end = start < 0 ? text.length() : start;
            if (end > at) {
                String literal = text.substring(at, end);
                parts.add(new Part.Literal(wildcards ? Glob.compile(literal) : literal));
            }
            if (start < 0) {
                break;
            }
            int close = text.indexOf('}', start);
            if (close < 0) {
                throw PolicyParser.malformed("the variable in '" + text + "' has no closing brace");
            }
            parts.add(variable(text.substring(start + 2, close)));
            at = close + 1;
        }
        return new PolicyText(List.copyOf(parts));
    }

    /** The pattern for this request, or null when a variable has no value in it. */
    @Nullable String fill(RequestContext context) {
        if (parts.size() == 1 && parts.getFirst() instanceof Part.Literal(String compiled)) {
            return compiled;
        }
        var filled = new StringBuilder();
        for (Part part : parts) {
            switch (part) {
                case Part.Literal(String compiled) -> filled.append(compiled);
                case Part.Variable(String key, String otherwise) -> {
                    String value = context.value(key);
                    value = value == null ? otherwise : value;
                    if (value == null) {
                        return null;
                    }
                    filled.append(value);
                }
            }
        }
        return filled.toString();
    }

    /** The text, if it is the same for all requests and means nothing but itself; else null. */
    @Nullable String fixed() {
        return parts.size() == 1
                        && parts.getFirst() instanceof Part.Literal(String compiled)
                        && compiled.indexOf(Glob.ANY_RUN) < 0
                        && compiled.indexOf(Glob.ANY_ONE) < 0
                ? compiled
                : null;
    }

    private static Part variable(String inner) {
        if (inner.equals("*") || inner.equals("?") || inner.equals("$")) {
            return new Part.Literal(inner);
        }
        int comma = inner.indexOf(',');
        String key = (comma < 0 ? inner : inner.substring(0, comma)).strip();
        if (key.indexOf(':') <= 0) {
            throw PolicyParser.malformed(
                    "the variable ${" + inner + "} is not a condition key such as aws:username");
        }
        return new Part.Variable(key, comma < 0 ? null : quoted(inner.substring(comma + 1)));
    }

    private static String quoted(String text) {
        String stripped = text.strip();
        if (stripped.length() < 2 || !stripped.startsWith("'") || !stripped.endsWith("'")) {
            throw PolicyParser.malformed(
                    "the default value of a variable stands in single quotes, not " + stripped);
        }
        return stripped.substring(1, stripped.length() - 1);
    }

    private static void requireCharacters(String text) {
        if (text.indexOf(Glob.ANY_RUN) >= 0 || text.indexOf(Glob.ANY_ONE) >= 0) {
            throw Fault.invalid("A policy has a code unit that is not a character");
        }
    }
}
