package dev.glis.cli;

import java.util.ArrayList;
import java.util.List;

/**
 * How a command is called.
 *
 * @param name such as {@code account create}
 * @param operands as shown in its help, such as {@code NAME [FILE]}
 * @param least fewest operands
 * @param most most operands
 * @param description what it does, for people
 */
record Usage(
        String name, String operands, int least, int most, String description, List<Flag> flags) {
    static final Flag DATA =
            new Flag(
                    "--data", "DIR", "the server's data folder (default: GLIS_DATA, else ~/.glis)");
    static final Flag JSON = new Flag("--json", "", "print JSON instead of a table");
    static final Flag HELP = new Flag("--help", "", "show this help");

    Usage(String name, String operands, int least, int most, String description, Flag... flags) {
        this(name, operands, least, most, description, withCommonOnes(flags));
    }

    private static List<Flag> withCommonOnes(Flag... flags) {
        var all = new ArrayList<>(List.of(flags));
        // A command may use --data for its own data; the server's folder comes before its name
        // then.
        if (all.stream().noneMatch(flag -> flag.name().equals(DATA.name()))) {
            all.add(DATA);
        }
        all.add(HELP);
        return List.copyOf(all);
    }

    /** The help text. */
    String text() {
        var text = new StringBuilder("Usage: glis " + name);
        text.append(operands.isEmpty() ? "" : " " + operands).append(" [FLAG...]\n\n");
        text.append(description.strip()).append("\n\n");
        int width = flags.stream().mapToInt(flag -> flag.shown().length()).max().orElse(0);
        for (var flag : flags) {
            text.append("  ").append(flag.shown());
            text.repeat(' ', width - flag.shown().length() + 2).append(flag.meaning()).append('\n');
        }
        return text.toString();
    }

    /**
     * A flag.
     *
     * @param parameter what its value is called; empty when it takes none
     */
    record Flag(String name, String parameter, String meaning) {
        boolean takesValue() {
            return !parameter.isEmpty();
        }

        String shown() {
            return takesValue() ? name + " " + parameter : name;
        }
    }
}
