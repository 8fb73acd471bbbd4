package dev.glis.accounts;

import dev.glis.base.Fault;
import java.util.regex.Pattern;

/** The form of the names that people give. */
final class AccountNames {
    private static final Pattern ACCOUNT =
            Pattern.compile("[A-Za-z0-9](?:[A-Za-z0-9 ._-]{0,62}[A-Za-z0-9._-])?");
    private static final Pattern USER = Pattern.compile("[A-Za-z0-9_+=,.@-]{1,64}");
    private static final Pattern POLICY = Pattern.compile("[A-Za-z0-9_+=,.@-]{1,128}");

    private AccountNames() {}

    static void requireAccount(String name) {
        require(
                ACCOUNT,
                name,
                "An account's name has 1 to 64 letters, digits, spaces, dots, underscores or"
                        + " hyphens, begins with a letter or digit and does not end with a space");
    }

    static void requireUser(String name) {
        require(USER, name, "A user's name has 1 to 64 letters, digits or _+=,.@-");
    }

    static void requirePolicy(String name) {
        require(POLICY, name, "A policy's name has 1 to 128 letters, digits or _+=,.@-");
    }

    private static void require(Pattern form, String name, String rule) {
        if (!form.matcher(name).matches()) {
            throw new Fault(Fault.Kind.INVALID, "invalid-name", rule + "; '" + name + "' does not");
        }
    }
}
