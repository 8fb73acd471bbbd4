package dev.glis.cli;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The words of a command, sorted into flags and operands. Our own forty lines instead of a library:
 * reflective parsers take longer to load than most commands take to run.
 */
final class Arguments {
    private final Map<Usage.Flag, List<String>> values = new HashMap<>();
    private final List<String> operands = new ArrayList<>();

    private Arguments() {}

    static Arguments parse(Usage usage, List<String> words) {
        var flags =
                usage.flags().stream()
                        .collect(Collectors.toMap(Usage.Flag::name, Function.identity()));
        var arguments = new Arguments();
        var rest = words.iterator();
        boolean flagsEnded = false;
        while (rest.hasNext()) {
            String word = rest.next();
            if (flagsEnded || !word.startsWith("-") || word.equals("-")) {
                arguments.operands.add(word);
            } else if (word.equals("--")) {
                flagsEnded = true;
            } else {
                arguments.flag(usage, flags, word, rest);
            }
        }
        return arguments.has(Usage.HELP) ? arguments : arguments.counted(usage);
    }

    private void flag(
            Usage usage,
            Map<String, Usage.Flag> flags,
            String word,
            java.util.Iterator<String> rest) {
        int equals = word.indexOf('=');
        String name = equals < 0 ? word : word.substring(0, equals);
        var flag = flags.get(name.equals("-h") ? "--help" : name);
        if (flag == null) {
            String nearest = Nearest.to(name, flags.keySet());
            throw misused(
                    usage,
                    "has no flag "
                            + name
                            + (nearest == null ? "" : "; did you mean " + nearest + "?"));
        }
        if (!flag.takesValue() && equals >= 0) {
            throw misused(usage, "takes no value for " + name);
        }
        if (flag.takesValue() && equals < 0 && !rest.hasNext()) {
            throw misused(usage, "needs a value: " + flag.shown());
        }
        String value =
                !flag.takesValue() ? "" : equals < 0 ? rest.next() : word.substring(equals + 1);
        values.computeIfAbsent(flag, _ -> new ArrayList<>()).add(value);
    }

    private Arguments counted(Usage usage) {
        int count = operands.size();
        if (count < usage.least()) {
            throw misused(usage, "needs more: " + usage.operands());
        }
        if (count > usage.most()) {
            throw misused(usage, "does not take '" + operands.get(usage.most()) + "'");
        }
        return this;
    }

    private static Failure misused(Usage usage, String what) {
        return Failure.usage(
                "'glis "
                        + usage.name()
                        + "' "
                        + what
                        + (what.endsWith("?") ? " 'glis " : ". 'glis ")
                        + usage.name()
                        + " --help' explains it");
    }

    boolean has(Usage.Flag flag) {
        return values.containsKey(flag);
    }

    /** The flag's last value, or null when it was not given. */
    @Nullable String value(Usage.Flag flag) {
        var given = values.get(flag);
        return given == null ? null : given.getLast();
    }

    /** All values of a flag that may be given more than once. */
    List<String> values(Usage.Flag flag) {
        return Collections.unmodifiableList(values.getOrDefault(flag, List.of()));
    }

    String value(Usage.Flag flag, String otherwise) {
        String value = value(flag);
        return value == null ? otherwise : value;
    }

    /** A whole number of at least zero, or null when the flag was not given. */
    @Nullable Integer number(Usage.Flag flag) {
        String value = value(flag);
        if (value == null) {
            return null;
        }
        try {
            int number = Integer.parseInt(value);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Answered as any other wrong number, below.
        }
        throw Failure.usage(flag.name() + " is '" + value + "' but must be a whole number");
    }

    /** An operand, or null when there are fewer. */
    @Nullable String operand(int index) {
        return index < operands.size() ? operands.get(index) : null;
    }

    /** An operand that the usage demands. */
    String required(int index) {
        return operands.get(index);
    }

    List<String> operands() {
        return Collections.unmodifiableList(operands);
    }
}
