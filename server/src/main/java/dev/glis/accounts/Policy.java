package dev.glis.accounts;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A parsed policy. */
record Policy(List<Statement> statements) {
    static final Policy NOTHING = new Policy(List.of());

    /** What one policy, or several, say. */
    enum Verdict {
        /** A Deny applies. */
        DENIED,
        /** An Allow applies, and no Deny. */
        ALLOWED,
        /**
         * Only an Allow for the caller's whole account applies: the account may pass the right on
         * to its users by their own policies.
         */
        ALLOWED_TO_ACCOUNT,
        /** Nothing applies. */
        SILENT;

        /** Of two verdicts the one that counts: deny wins. */
        Verdict with(Verdict other) {
            return compareTo(other) <= 0 ? this : other;
        }
    }

    Verdict judge(RequestContext context) {
        Verdict verdict = Verdict.SILENT;
        for (Statement statement : statements) {
            verdict = verdict.with(statement.judge(context));
        }
        return verdict;
    }

    /** Whether it allows something to callers whom it does not name. */
    boolean isPublic() {
        return statements.stream().anyMatch(Statement::isPublic);
    }

    /** What a statement does when it applies. */
    enum Effect {
        ALLOW,
        DENY
    }

    /**
     * One statement.
     *
     * @param principals who it is about; null in a user's own policy
     */
    record Statement(
            Effect effect,
            @Nullable Principals principals,
            Patterns actions,
            Patterns resources,
            List<Condition> conditions) {

        boolean isPublic() {
            return effect == Effect.ALLOW
                    && principals != null
                    && principals.isOpen()
                    && conditions.stream().noneMatch(Condition::namesCallers);
        }

        Verdict judge(RequestContext context) {
            Principals.Match match =
                    principals == null
                            ? Principals.Match.DIRECT
                            : principals.match(context.caller());
            if (match == Principals.Match.NONE
                    || !actions.match(context.action().toLowerCase(Locale.ROOT), context)
                    || !resources.match(context.resource(), context)
                    || !conditions.stream().allMatch(condition -> condition.holds(context))) {
                return Verdict.SILENT;
            }
            if (effect == Effect.DENY) {
                return Verdict.DENIED;
            }
            return match == Principals.Match.DIRECT ? Verdict.ALLOWED : Verdict.ALLOWED_TO_ACCOUNT;
        }
    }

    /**
     * A list of patterns, or everything but them.
     *
     * @param negated for NotAction and NotResource
     */
    record Patterns(boolean negated, List<PolicyText> texts) {
        boolean match(String value, RequestContext context) {
            return anyMatches(value, context) != negated;
        }

        private boolean anyMatches(String value, RequestContext context) {
            for (PolicyText text : texts) {
                String pattern = text.fill(context);
                if (pattern != null && Glob.matches(pattern, value)) {
                    return true;
                }
            }
            return false;
        }
    }
}
