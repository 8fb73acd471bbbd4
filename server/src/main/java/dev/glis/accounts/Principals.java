package dev.glis.accounts;

import java.util.List;

/**
 * The Principal element of a resource's policy.
 *
 * @param negated for NotPrincipal
 */
record Principals(boolean negated, List<Who> members) {
    /** How a caller is meant. */
    enum Match {
        NONE,
        /** As a member of an account that is meant. */
        ACCOUNT,
        /** Itself. */
        DIRECT
    }

    /** One who is named. */
    sealed interface Who {
        /** {@code *}. */
        record Everybody() implements Who {}

        /** An account: its ID, or the ARN of its root. */
        record WholeAccount(String accountId) implements Who {}

        /** A user, by ARN. */
        record User(String arn) implements Who {}

        /** A service, by name. */
        record Service(String name) implements Who {}
    }

    /** Whether it means callers whom it does not name. */
    boolean isOpen() {
        return negated || members.contains(new Who.Everybody());
    }

    Match match(RequestContext.Caller caller) {
        Match best = Match.NONE;
        for (Who who : members) {
            Match match = match(who, caller);
            best = match.compareTo(best) > 0 ? match : best;
        }
        if (!negated) {
            return best;
        }
        return best == Match.NONE ? Match.DIRECT : Match.NONE;
    }

    private static Match match(Who who, RequestContext.Caller caller) {
        return switch (who) {
            case Who.Everybody() -> Match.DIRECT;
            case Who.WholeAccount(String accountId) ->
                    caller instanceof RequestContext.Caller.Known(Principal principal)
                                    && principal.accountId().equals(accountId)
                            ? principal.isAccountRoot() ? Match.DIRECT : Match.ACCOUNT
                            : Match.NONE;
            case Who.User(String arn) ->
                    direct(
                            caller instanceof RequestContext.Caller.Known(Principal principal)
                                    && principal.arn().equals(arn));
            case Who.Service(String name) ->
                    direct(
                            caller instanceof RequestContext.Caller.Service(String calling)
                                    && calling.equals(name));
        };
    }

    private static Match direct(boolean matches) {
        return matches ? Match.DIRECT : Match.NONE;
    }
}
