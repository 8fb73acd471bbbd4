package dev.glis.cli;

/**
 * Text of others, such as what a function printed, made harmless for a screen. Terminals obey
 * control characters: they move the cursor, change the title, and some answer as if somebody had
 * typed. Line breaks and tabs stay; the others are written as JSON would write them, so that a line
 * of JSON means the same afterwards.
 */
final class Harmless {
    private Harmless() {}

    static String text(String text) {
        var harmless = new StringBuilder(text.length());
        text.chars().forEach(character -> append(harmless, (char) character));
        return harmless.toString();
    }

    private static void append(StringBuilder harmless, char character) {
        if (Character.isISOControl(character) && character != '\n' && character != '\t') {
            harmless.append("\\u%04x".formatted((int) character));
        } else {
            harmless.append(character);
        }
    }
}
