package dev.glis.functions;

import dev.glis.base.Fault;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which function is meant, and which of its versions or aliases.
 *
 * @param qualifier a version, an alias, {@code $LATEST}, or empty when none was given
 */
public record FunctionName(String region, String accountId, String name, String qualifier) {
    /** The qualifier of the version that can be changed. */
    public static final String LATEST = "$LATEST";

    private static final Pattern FORM =
            Pattern.compile(
                    "(?:arn:aws[a-zA-Z-]*:lambda:)?"
                            + "(?:([a-z]{2}(?:-gov|-iso[a-z]?)?-[a-z]+-\\d):)?"
                            + "(?:(\\d{12}):)?"
                            + "(?:function:)?"
                            + "([a-zA-Z0-9-_]+)"
                            + "(?::(\\$LATEST|[a-zA-Z0-9-_]+))?");

    /**
     * Reads a name, {@code ACCOUNT:function:NAME} or an ARN, each with or without qualifier.
     *
     * @param callerAccountId whose function it is when the text does not say
     * @throws Fault INVALID, or NOT_FOUND for another region
     */
    public static FunctionName parse(
            String region, String callerAccountId, String text, @Nullable String qualifier) {
        if (isPlain(text)) {
            return new FunctionName(
                    region, callerAccountId, text, qualifier == null ? "" : qualifier);
        }
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new Fault(
                    Fault.Kind.INVALID,
                    "validation",
                    "1 validation error detected: Value '"
                            + text
                            + "' at 'functionName' failed to satisfy constraint: Member must be a"
                            + " function's name, ACCOUNT:function:NAME or an ARN");
        }
        requireRegion(region, matcher.group(1));
        String account = matcher.group(2);
        return new FunctionName(
                region,
                account == null ? callerAccountId : account,
                matcher.group(3),
                agree(matcher.group(4), qualifier));
    }

    /** Reads an unqualified or qualified ARN of our own making. */
    static FunctionName ofArn(String arn) {
        String[] parts = arn.split(":", 8);
        if (parts.length < 7) {
            throw Fault.invalid("Not a function's ARN: " + arn);
        }
        return new FunctionName(parts[3], parts[4], parts[6], parts.length > 7 ? parts[7] : "");
    }

    /** The ARN without qualifier. */
    public String arn() {
        return "arn:aws:lambda:" + region + ":" + accountId + ":function:" + name;
    }

    /** The ARN with the qualifier, if there is one. */
    public String qualifiedArn() {
        return qualifier.isEmpty() ? arn() : arn() + ":" + qualifier;
    }

    /** The same function with another qualifier. */
    public FunctionName with(String otherQualifier) {
        return new FunctionName(region, accountId, name, otherQualifier);
    }

    /** The same function without qualifier. */
    public FunctionName unqualified() {
        return qualifier.isEmpty() ? this : with("");
    }

    /** Whether the newest, changeable version is meant. */
    public boolean isLatest() {
        return qualifier.isEmpty() || qualifier.equals(LATEST);
    }

    /** The fault for a function or version that is not there. */
    public Fault notFound() {
        return new Fault(
                Fault.Kind.NOT_FOUND,
                "function-not-found",
                "Function not found: " + qualifiedArn());
    }

    private static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean fits =
                    (c >= 'a' && c <= 'z')
                            || (c >= 'A' && c <= 'Z')
                            || (c >= '0' && c <= '9')
                            || c == '-'
                            || c == '_';
            if (!fits) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    private static void requireRegion(String region, @Nullable String named) {
        if (named != null && !named.equals(region)) {
            throw new Fault(
                    Fault.Kind.NOT_FOUND,
                    "function-not-found",
                    "Functions from '"
                            + named
                            + "' are not reachable in this region ('"
                            + region
                            + "')");
        }
    }

    private static String agree(@Nullable String inName, @Nullable String given) {
        if (inName != null && given != null && !inName.equals(given)) {
            throw Fault.invalid(
                    "The derived qualifier from the function name does not match the specified"
                            + " qualifier.");
        }
        if (inName != null) {
            return inName;
        }
        return given == null ? "" : given;
    }
}
