package dev.glis.accounts;

/**
 * A pattern of literal characters, {@code *} for any run and {@code ?} for any one character.
 *
 * <p>Wildcards are kept as two code units that are no characters, so that a policy variable whose
 * value has an asterisk puts a literal asterisk into the pattern.
 */
final class Glob {
    static final char ANY_RUN = '\ufffe';
    static final char ANY_ONE = '\uffff';

    private Glob() {}

    /** The pattern of a text that has wildcards and no variables. */
    static String compile(String text) {
        return text.replace('*', ANY_RUN).replace('?', ANY_ONE);
    }

    /**
     * Whether a whole text fits a compiled pattern. When it does not go on, only the latest run is
     * stretched: no earlier one can do better, so the time is at most the product of the lengths.
     */
    static boolean matches(String pattern, String text) {
        int p = 0;
        int t = 0;
        int run = -1;
        int runStart = 0;
        while (t < text.length()) {
            if (p < pattern.length() && pattern.charAt(p) == ANY_RUN) {
                run = p++;
                runStart = t;
            } else if (p < pattern.length()
                    && (pattern.charAt(p) == ANY_ONE || pattern.charAt(p) == text.charAt(t))) {
                p++;
                t++;
            } else if (run >= 0) {
                p = run + 1;
                t = ++runStart;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.charAt(p) == ANY_RUN) {
            p++;
        }
        return p == pattern.length();
    }
}
