package dev.glis.apis.openapi;

import com.networknt.schema.regex.RegularExpression;
import com.networknt.schema.regex.RegularExpressions;
import dev.glis.base.Limits;
import java.util.regex.Pattern;

/** A pattern of a schema that gives up on texts for which it would try too much. */
final class BoundedPattern implements RegularExpression {
    private final Pattern pattern;

    /**
     * Compiles.
     *
     * @throws java.util.regex.PatternSyntaxException if it is none
     */
    BoundedPattern(String expression) {
        this.pattern =
                Pattern.compile(
                        RegularExpressions.replaceLongformCharacterProperties(
                                RegularExpressions.replaceDollarAnchors(expression)));
    }

    @Override
    public boolean matches(String text) {
        try {
            return pattern.matcher(new Counted(text, new long[1])).find();
        } catch (GivenUp | StackOverflowError e) {
            return false;
        }
    }

    /** Patterns were tried for too long. */
    private static final class GivenUp extends RuntimeException {
        private static final long serialVersionUID = 1L;

        GivenUp() {
            super("Too many steps", null, false, false);
        }
    }

    /**
     * A text that counts how often it is looked at.
     *
     * @param looks counted in the first element, together with its parts
     */
    private record Counted(CharSequence text, long[] looks) implements CharSequence {
        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int index) {
            looks[0]++;
            if (looks[0] > Limits.API_PATTERN_STEPS.value()) {
                throw new GivenUp();
            }
            return text.charAt(index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return new Counted(text.subSequence(start, end), looks);
        }

        @Override
        public String toString() {
            return text.toString();
        }
    }
}
