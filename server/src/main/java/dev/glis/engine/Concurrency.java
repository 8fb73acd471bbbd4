package dev.glis.engine;

import dev.glis.base.Limits;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Counts calls against the account's concurrency and the functions' reserves. A reserve is taken
 * out of what the account's other functions share, used or not, as in Lambda. Owned by the {@link
 * Fleet}.
 */
final class Concurrency {
    private final Map<String, Account> accounts = new HashMap<>();
    private final Map<String, Share> shares = new HashMap<>();

    /** What one function, all its versions together, uses and may use. */
    static final class Share {
        private final Account account;
        private int inUse;
        private OptionalInt reserved = OptionalInt.empty();

        private Share(Account account) {
            this.account = account;
        }

        int inUse() {
            return inUse;
        }
    }

    private static final class Account {
        private int limit = Limits.ACCOUNT_CONCURRENCY.intValue();
        private int reserved;
        private int unreservedInUse;
    }

    Share share(String functionArn, String accountId) {
        return shares.computeIfAbsent(functionArn, arn -> new Share(account(accountId)));
    }

    private Account account(String accountId) {
        return accounts.computeIfAbsent(accountId, id -> new Account());
    }

    /** Takes a place, or says why there is none. */
    Optional<Outcome.Rejected> admit(Share share) {
        Optional<Outcome.Rejected> refusal = refusal(share);
        if (refusal.isEmpty()) {
            count(share, 1);
        }
        return refusal;
    }

    void release(Share share) {
        count(share, -1);
    }

    void reserve(String functionArn, String accountId, OptionalInt concurrency) {
        Share share = share(functionArn, accountId);
        Account account = share.account;
        account.reserved += concurrency.orElse(0) - share.reserved.orElse(0);
        if (share.reserved.isEmpty()) {
            account.unreservedInUse -= share.inUse;
        }
        share.reserved = concurrency;
        if (share.reserved.isEmpty()) {
            account.unreservedInUse += share.inUse;
        }
    }

    void limitAccount(String accountId, int concurrency) {
        account(accountId).limit = concurrency;
    }

    private static void count(Share share, int change) {
        share.inUse += change;
        if (share.reserved.isEmpty()) {
            share.account.unreservedInUse += change;
        }
    }

    private static Optional<Outcome.Rejected> refusal(Share share) {
        if (share.reserved.isPresent()) {
            int reserved = share.reserved.getAsInt();
            return share.inUse < reserved ? Optional.empty() : Optional.of(functionFull(reserved));
        }
        Account account = share.account;
        int shared = account.limit - account.reserved;
        return account.unreservedInUse < shared
                ? Optional.empty()
                : Optional.of(accountFull(shared));
    }

    private static Outcome.Rejected functionFull(int reserved) {
        if (reserved == 0) {
            return new Outcome.Rejected(
                    Outcome.Reason.FUNCTION_OFF, "The function's reserved concurrency is 0");
        }
        return new Outcome.Rejected(
                Outcome.Reason.FUNCTION_CONCURRENCY,
                "The function's reserved concurrency of " + reserved + " is in use");
    }

    private static Outcome.Rejected accountFull(int shared) {
        return new Outcome.Rejected(
                Outcome.Reason.ACCOUNT_CONCURRENCY,
                "The account's concurrency of "
                        + shared
                        + " for functions without a reserve is in"
                        + " use");
    }
}
