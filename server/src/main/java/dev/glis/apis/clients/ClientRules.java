package dev.glis.apis.clients;

import dev.glis.base.Fault;
import dev.glis.base.Limits.Limit;
import dev.glis.store.Transaction;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** Rules that applications and plans share. */
final class ClientRules {
    private static final Pattern NAME =
            Pattern.compile("[A-Za-z0-9](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9])?");

    private ClientRules() {}

    static void requireName(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new Fault(
                    Fault.Kind.INVALID,
                    "invalid-name",
                    "A name has 1 to 64 letters, digits, dots, underscores or hyphens, and begins"
                            + " and ends with a letter or digit; '"
                            + name
                            + "' does not");
        }
    }

    static void requireRoom(long have, Limit most, String what) {
        if (have >= most.value()) {
            throw new Fault(
                    Fault.Kind.CONFLICT,
                    "too-many",
                    "There are " + have + " " + what + " already, which is the limit");
        }
    }

    /** Says what a broken unique constraint means. */
    static <T> T unique(String code, String message, Supplier<T> work) {
        try {
            return work.get();
        } catch (Transaction.DuplicateKey e) {
            throw new Fault(Fault.Kind.CONFLICT, code, message, e);
        }
    }
}
