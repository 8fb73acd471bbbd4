package dev.glis.apis.usage;

import dev.glis.base.Fault;

/** One status, such as 429, or a class of them, such as all from 500 to 599. */
public record StatusRange(int first, int last) {
    public static final StatusRange ANY = new StatusRange(0, Integer.MAX_VALUE);

    private static final int PER_CLASS = 100;

    /** Reads {@code 429} or {@code 5xx}. */
    public static StatusRange parse(String text) {
        if (text.matches("[1-5]xx")) {
            int first = (text.charAt(0) - '0') * PER_CLASS;
            return new StatusRange(first, first + PER_CLASS - 1);
        }
        if (text.matches("[1-5]\\d\\d")) {
            int status = Integer.parseInt(text);
            return new StatusRange(status, status);
        }
        throw Fault.invalid("'" + text + "' is no status; right are 429 and 5xx");
    }

    /** Whether a status is one of these. */
    public boolean contains(int status) {
        return status >= first && status <= last;
    }
}
