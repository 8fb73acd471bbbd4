package dev.glis.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Rates as people type them: {@code 10} or {@code 10:20} with a burst. */
final class Rates {
    private Rates() {}

    static ObjectNode parse(Usage.Flag flag, String typed) {
        String[] parts = typed.split(":", 2);
        try {
            ObjectNode rate = Json.object().put("perSecond", Double.parseDouble(parts[0]));
            if (parts.length > 1) {
                rate.put("burst", Long.parseLong(parts[1]));
            }
            return rate;
        } catch (NumberFormatException e) {
            throw Failure.usage(
                    flag.name() + " is '" + typed + "' but must be such as 10, 0.5 or 10:20");
        }
    }
}
