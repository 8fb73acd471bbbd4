package dev.glis.wire.admin;

import dev.glis.accounts.Accounts;
import dev.glis.accounts.Authorizer;
import dev.glis.base.Fault;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Who may do what here: an account's principals by policy, the operator's root also to others. */
final class Rights {
    private final Accounts accounts;
    private final Authorizer authorizer;

    Rights(Accounts accounts, Authorizer authorizer) {
        this.accounts = accounts;
        this.authorizer = authorizer;
    }

    /**
     * The account that a request is about: the caller's own, unless the operator names another by
     * the parameter {@code account}.
     */
    String account(AdminRequest request) {
        String own = request.principal().accountId();
        String named = request.parameter("account");
        if (named == null || named.equals(own)) {
            return own;
        }
        requireOperator(request);
        return named;
    }

    /**
     * The account that a request is about, once policies allow the action on one of its resources.
     *
     * @param arn of the resource in that account
     */
    String account(AdminRequest request, String action, UnaryOperator<String> arn) {
        String account = account(request);
        if (account.equals(request.principal().accountId())) {
            require(request, action, arn.apply(account));
        }
        return account;
    }

    /** Passes if policies allow the action on the resource. */
    void require(AdminRequest request, String action, String resourceArn) {
        authorizer.require(
                request.principal(),
                action,
                resourceArn,
                null,
                Map.of("aws:SourceIp", request.http().sourceIp()));
    }

    /** Passes if the caller is the root of the account that runs this cloud. */
    void requireOperator(AdminRequest request) {
        if (!isOperator(request)) {
            throw new Fault(
                    Fault.Kind.DENIED,
                    "operator-only",
                    "Only the root of account "
                            + accounts.operatorAccountId()
                            + ", which runs this cloud, may manage other accounts");
        }
    }

    boolean isOperator(AdminRequest request) {
        return request.principal().isAccountRoot()
                && request.principal().accountId().equals(accounts.operatorAccountId());
    }
}
