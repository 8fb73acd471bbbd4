package dev.glis.accounts;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One test of a statement: an operator, the key it looks at, and the values it compares with.
 * Request keys have one value here, so {@code ForAnyValue} and {@code ForAllValues} differ only in
 * what they say of a key that is missing.
 *
 * @param values any of them may match; for a negated operator none may
 */
record Condition(
        ConditionOperator operator,
        boolean ifExists,
        Scope scope,
        String key,
        List<PolicyText> values) {
    /** How a missing key counts. */
    enum Scope {
        SINGLE,
        FOR_ANY_VALUE,
        FOR_ALL_VALUES
    }

    private static final Set<String> KEYS_OF_CALLERS =
            Set.of(
                    "aws:sourceip",
                    "aws:sourcearn",
                    "aws:sourceaccount",
                    "aws:principalarn",
                    "aws:principalaccount",
                    "aws:userid",
                    "aws:username");

    /** Whether it holds for some callers only, whom its fixed values name. */
    boolean namesCallers() {
        return KEYS_OF_CALLERS.contains(key.toLowerCase(Locale.ROOT))
                && operator != ConditionOperator.NULL
                && !operator.isNegated()
                && !ifExists
                && scope != Scope.FOR_ALL_VALUES
                && values.stream().allMatch(this::isFixed);
    }

    private boolean isFixed(PolicyText value) {
        String text = value.fixed();
        return text != null && (operator != ConditionOperator.IP_ADDRESS || IpRange.isNarrow(text));
    }

    boolean holds(RequestContext context) {
        String actual = context.value(key);
        if (operator == ConditionOperator.NULL) {
            return holdsNull(actual, context);
        }
        if (actual == null) {
            return ifExists
                    || switch (scope) {
                        case SINGLE -> operator.isNegated();
                        case FOR_ANY_VALUE -> false;
                        case FOR_ALL_VALUES -> true;
                    };
        }
        return anyMatches(actual, context) != operator.isNegated();
    }

    private boolean holdsNull(@Nullable String actual, RequestContext context) {
        String mustBeMissing = values.getFirst().fill(context);
        return Boolean.parseBoolean(mustBeMissing) == (actual == null);
    }

    private boolean anyMatches(String actual, RequestContext context) {
        for (PolicyText value : values) {
            String expected = value.fill(context);
            if (expected != null && operator.matches(expected, actual)) {
                return true;
            }
        }
        return false;
    }
}
