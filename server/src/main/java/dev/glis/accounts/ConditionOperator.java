package dev.glis.accounts;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The comparisons of policy conditions. A negated one matches like its opposite. */
@SuppressWarnings("ImmutableEnumChecker") // the comparisons have no state
enum ConditionOperator {
    STRING_EQUALS("StringEquals", false, text -> true, String::equals),
    STRING_NOT_EQUALS("StringNotEquals", true, text -> true, String::equals),
    STRING_EQUALS_IGNORE_CASE(
            "StringEqualsIgnoreCase", false, text -> true, String::equalsIgnoreCase),
    STRING_NOT_EQUALS_IGNORE_CASE(
            "StringNotEqualsIgnoreCase", true, text -> true, String::equalsIgnoreCase),
    STRING_LIKE("StringLike", false, text -> true, Glob::matches),
    STRING_NOT_LIKE("StringNotLike", true, text -> true, Glob::matches),
    NUMERIC_EQUALS("NumericEquals", false, Parse::isNumber, number(sign -> sign == 0)),
    NUMERIC_NOT_EQUALS("NumericNotEquals", true, Parse::isNumber, number(sign -> sign == 0)),
    NUMERIC_LESS_THAN("NumericLessThan", false, Parse::isNumber, number(sign -> sign < 0)),
    NUMERIC_LESS_THAN_EQUALS(
            "NumericLessThanEquals", false, Parse::isNumber, number(sign -> sign <= 0)),
    NUMERIC_GREATER_THAN("NumericGreaterThan", false, Parse::isNumber, number(sign -> sign > 0)),
    NUMERIC_GREATER_THAN_EQUALS(
            "NumericGreaterThanEquals", false, Parse::isNumber, number(sign -> sign >= 0)),
    DATE_EQUALS("DateEquals", false, Parse::isDate, date(sign -> sign == 0)),
    DATE_NOT_EQUALS("DateNotEquals", true, Parse::isDate, date(sign -> sign == 0)),
    DATE_LESS_THAN("DateLessThan", false, Parse::isDate, date(sign -> sign < 0)),
    DATE_LESS_THAN_EQUALS("DateLessThanEquals", false, Parse::isDate, date(sign -> sign <= 0)),
    DATE_GREATER_THAN("DateGreaterThan", false, Parse::isDate, date(sign -> sign > 0)),
    DATE_GREATER_THAN_EQUALS(
            "DateGreaterThanEquals", false, Parse::isDate, date(sign -> sign >= 0)),
    BOOL("Bool", false, Parse::isBoolean, String::equalsIgnoreCase),
    BINARY_EQUALS("BinaryEquals", false, Parse::isBase64, String::equals),
    IP_ADDRESS("IpAddress", false, IpRange::isRange, IpRange::contains),
    NOT_IP_ADDRESS("NotIpAddress", true, IpRange::isRange, IpRange::contains),
    ARN_EQUALS("ArnEquals", false, Parse::isArn, Parse::arnMatches),
    ARN_LIKE("ArnLike", false, Parse::isArn, Parse::arnMatches),
    ARN_NOT_EQUALS("ArnNotEquals", true, Parse::isArn, Parse::arnMatches),
    ARN_NOT_LIKE("ArnNotLike", true, Parse::isArn, Parse::arnMatches),
    NULL("Null", false, Parse::isBoolean, String::equals);

    private static final Map<String, ConditionOperator> BY_NAME =
            Stream.of(values())
                    .collect(Collectors.toUnmodifiableMap(ConditionOperator::text, o -> o));

    private final String text;
    private final boolean negated;
    private final Predicate<String> valueCheck;
    private final BiPredicate<String, String> comparison;

    /**
     * An operator.
     *
     * @param valueCheck whether a policy may have this value
     * @param comparison of the policy's value with the request's
     */
    ConditionOperator(
            String text,
            boolean negated,
            Predicate<String> valueCheck,
            BiPredicate<String, String> comparison) {
        this.text = text;
        this.negated = negated;
        this.valueCheck = valueCheck;
        this.comparison = comparison;
    }

    static @Nullable ConditionOperator named(String text) {
        return BY_NAME.get(text);
    }

    String text() {
        return text;
    }

    boolean isNegated() {
        return negated;
    }

    boolean hasWildcards() {
        return switch (this) {
            case STRING_LIKE, STRING_NOT_LIKE, ARN_EQUALS, ARN_LIKE, ARN_NOT_EQUALS, ARN_NOT_LIKE ->
                    true;
            default -> false;
        };
    }

    /** Whether a policy may have this value, as written. */
    boolean accepts(String value) {
        return value.contains("${") || valueCheck.test(value);
    }

    /** Compares; for a negated operator the caller turns the answer round. */
    boolean matches(String expected, String actual) {
        return comparison.test(expected, actual);
    }

    private static BiPredicate<String, String> number(Predicate<Integer> wanted) {
        return (expected, actual) -> {
            BigDecimal right = Parse.number(expected);
            BigDecimal left = Parse.number(actual);
            return left != null && right != null && wanted.test(left.compareTo(right));
        };
    }

    private static BiPredicate<String, String> date(Predicate<Integer> wanted) {
        return (expected, actual) -> {
            Instant right = Parse.date(expected);
            Instant left = Parse.date(actual);
            return left != null && right != null && wanted.test(left.compareTo(right));
        };
    }

    /** Reads the operators' values. */
    private static final class Parse {
        private static final int LONGEST_NUMBER = 40;

        static boolean isNumber(String text) {
            return number(text) != null;
        }

        static @Nullable BigDecimal number(String text) {
            if (text.length() > LONGEST_NUMBER
                    || text.indexOf('e') >= 0
                    || text.indexOf('E') >= 0) {
                return null;
            }
            try {
                return new BigDecimal(text);
            } catch (NumberFormatException e) {
                return null;
            }
        }

        static boolean isDate(String text) {
            return date(text) != null;
        }

        /** RFC 3339, a date alone, or seconds since 1970. */
        static @Nullable Instant date(String text) {
            try {
                if (text.indexOf('T') >= 0) {
                    return OffsetDateTime.parse(text).toInstant();
                }
                if (text.indexOf('-', 1) > 0) {
                    return LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC);
                }
                return Instant.ofEpochSecond(Long.parseLong(text));
            } catch (DateTimeException | NumberFormatException e) {
                return null;
            }
        }

        static boolean isBoolean(String text) {
            String lower = text.toLowerCase(Locale.ROOT);
            return lower.equals("true") || lower.equals("false");
        }

        static boolean isBase64(String text) {
            try {
                byte[] unused = Base64.getDecoder().decode(text);
                return true;
            } catch (IllegalArgumentException e) {
                return false;
            }
        }

        static boolean isArn(String text) {
            return text.equals("*") || (text.startsWith("arn:") && text.split(":", 6).length == 6);
        }

        /** ARNs match part by part: a wildcard does not reach across the first five colons. */
        static boolean arnMatches(String pattern, String actual) {
            if (pattern.equals(String.valueOf(Glob.ANY_RUN))) {
                return true;
            }
            String[] patterns = pattern.split(":", 6);
            String[] parts = actual.split(":", 6);
            if (patterns.length != 6 || parts.length != 6) {
                return false;
            }
            for (int i = 0; i < 6; i++) {
                if (!Glob.matches(patterns[i], parts[i])) {
                    return false;
                }
            }
            return true;
        }
    }
}
