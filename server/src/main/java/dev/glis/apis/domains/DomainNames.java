package dev.glis.apis.domains;

import dev.glis.base.Fault;
import java.net.IDN;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Which host names may be somebody's domain, and how they are written. */
final class DomainNames {
    private static final int LONGEST = 253;
    private static final Pattern DIGITS = Pattern.compile("[0-9]+");

    /**
     * Letters that {@link IDN} turns into others though they are letters of their own by now: the
     * name that came out would be somebody else's.
     */
    private static final Pattern DEVIATING = Pattern.compile("[\u00df\u1e9e\u03c2\u200c\u200d]");

    private final Set<String> reserved;

    /**
     * Names with reserved ones.
     *
     * @param reserved host names that, with all below them, nobody may have
     */
    DomainNames(Set<String> reserved) {
        this.reserved = Set.copyOf(reserved);
    }

    /** The name in small ASCII letters, without a dot at its end. */
    String require(String name) {
        String host = ascii(name.endsWith(".") ? name.substring(0, name.length() - 1) : name);
        String[] labels = host.split("\\.", -1);
        if (host.length() > LONGEST
                || labels.length < 2
                || DIGITS.matcher(labels[labels.length - 1]).matches()) {
            throw invalid(name, "is no full host name such as api.example.com");
        }
        requireFree(host);
        return host;
    }

    private static String ascii(String name) {
        if (name.startsWith("*.")) {
            throw Fault.unsupported(
                    "'"
                            + name
                            + "' stands for many hosts; add each of them by itself (a certificate"
                            + " may cover many)");
        }
        if (DEVIATING.matcher(name).find()) {
            throw invalid(name, "has letters that programs read differently; write it as xn--...");
        }
        try {
            return IDN.toASCII(name, IDN.USE_STD3_ASCII_RULES).toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException e) {
            throw new Fault(
                    Fault.Kind.INVALID,
                    "invalid-domain",
                    "'" + name + "' is no host name: " + e.getMessage(),
                    e);
        }
    }

    private void requireFree(String host) {
        boolean own =
                isBelow(host, "localhost")
                        || ("." + host + ".").contains(".execute-api.")
                        || ("." + host + ".").contains(".lambda-url.")
                        || reserved.stream().anyMatch(name -> isBelow(host, name));
        if (own) {
            throw new Fault(
                    Fault.Kind.DENIED,
                    "domain-reserved",
                    "'" + host + "' is among the host names of this cloud itself");
        }
    }

    private static boolean isBelow(String host, String name) {
        return host.equals(name) || host.endsWith("." + name);
    }

    private static Fault invalid(String name, String why) {
        return new Fault(Fault.Kind.INVALID, "invalid-domain", "'" + name + "' " + why);
    }
}
