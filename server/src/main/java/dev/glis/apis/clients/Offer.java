package dev.glis.apis.clients;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * With whom a publisher shares an API, and how. The publisher's own applications need none of it.
 *
 * @param accounts that may subscribe, if the audience is {@link Audience#NAMED}
 * @param automatic whether a subscription is active without the publisher's approval
 * @param plans names of those that others may choose
 * @param terms to be accepted by who subscribes; null for none
 */
public record Offer(
        Audience audience,
        Set<String> accounts,
        boolean automatic,
        Set<String> plans,
        @Nullable TermsOfUse terms) {
    /** What holds until something else is said. */
    public static final Offer PRIVATE =
            new Offer(Audience.PRIVATE, Set.of(), false, Set.of(), null);

    /** Who may subscribe. */
    public enum Audience {
        /** The publisher's account. */
        PRIVATE,
        /** The publisher's account and those that are named. */
        NAMED,
        /** Every account. */
        PUBLIC
    }

    /** What a subscriber agrees to. */
    public record TermsOfUse(String version, String text) {}

    public Offer {
        accounts = Set.copyOf(accounts);
        plans = Set.copyOf(plans);
    }

    /** Whether an account other than the publisher's may subscribe. */
    public boolean isFor(String accountId) {
        return switch (audience) {
            case PRIVATE -> false;
            case NAMED -> accounts.contains(accountId);
            case PUBLIC -> true;
        };
    }
}
