package dev.glis.accounts;

import dev.glis.accounts.Policy.Verdict;
import dev.glis.accounts.RequestContext.Caller;
import dev.glis.accounts.RequestContext.Keys;
import dev.glis.base.Clock;
import dev.glis.base.Fault;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * Decides as AWS does.
 *
 * <pre>
 *   a Deny in either policy                          no
 *   own account, its root                            yes, before everything else
 *   own account, a user                              the user's policy or the resource's allows
 *   another account                                  the resource's policy allows, and for a user
 *                                                    its own policy as well
 * </pre>
 *
 * <p>A resource's policy that allows a whole account allows its users only what their own policies
 * allow too. Any thread; does not block for a principal that has just been authenticated.
 */
final class PolicyAuthorizer implements Authorizer {
    private static final int MOST_PARSED = 1_000;

    private final UserPolicies users;
    private final Clock clock;
    private final ConcurrentMap<String, Policy> parsedResourcePolicies = new ConcurrentHashMap<>();

    PolicyAuthorizer(UserPolicies users, Clock clock) {
        this.users = users;
        this.clock = clock;
    }

    @Override
    public void require(
            Principal principal,
            String action,
            String resourceArn,
            @Nullable String resourcePolicy,
            Map<String, String> context) {
        String owner = isOwn(principal, resourceArn) ? principal.accountId() : "";
        require(principal, owner, action, resourceArn, resourcePolicy, context);
    }

    @Override
    public void require(
            Principal principal,
            String ownerAccountId,
            String action,
            String resourceArn,
            @Nullable String resourcePolicy,
            Map<String, String> context) {
        boolean own = ownerAccountId.equals(principal.accountId());
        if (own && principal.isAccountRoot()) {
            return;
        }
        var request =
                new RequestContext(
                        new Caller.Known(principal), action, resourceArn, keys(principal, context));
        Verdict byIdentity =
                principal.isAccountRoot()
                        ? Verdict.ALLOWED
                        : users.policyOf(principal).judge(request);
        Verdict byResource = judgeResource(resourcePolicy, request);
        refuseUnlessAllowed(principal, request, own, byIdentity, byResource);
    }

    @Override
    public boolean allows(
            String caller,
            String action,
            String resourceArn,
            @Nullable String resourcePolicy,
            Map<String, String> context) {
        Caller who = caller.equals("*") ? new Caller.Anonymous() : new Caller.Service(caller);
        var request = new RequestContext(who, action, resourceArn, keys(context));
        return judgeResource(resourcePolicy, request) == Verdict.ALLOWED;
    }

    private static void refuseUnlessAllowed(
            Principal principal,
            RequestContext request,
            boolean own,
            Verdict byIdentity,
            Verdict byResource) {
        if (byIdentity == Verdict.DENIED) {
            throw denied(principal, request, "with an explicit deny in an identity-based policy");
        }
        if (byResource == Verdict.DENIED) {
            throw denied(principal, request, "with an explicit deny in a resource-based policy");
        }
        boolean identityAllows = byIdentity == Verdict.ALLOWED;
        if (own) {
            if (!identityAllows && byResource != Verdict.ALLOWED) {
                throw denied(principal, request, because("identity-based", request));
            }
        } else if (byResource == Verdict.SILENT) {
            throw denied(principal, request, because("resource-based", request));
        } else if (!identityAllows) {
            throw denied(principal, request, because("identity-based", request));
        }
    }

    private Verdict judgeResource(@Nullable String document, RequestContext request) {
        return document == null ? Verdict.SILENT : parsed(document).judge(request);
    }

    private Policy parsed(String document) {
        Policy policy = parsedResourcePolicies.get(document);
        if (policy == null) {
            policy = PolicyParser.resourcePolicy(document);
            if (parsedResourcePolicies.size() >= MOST_PARSED) {
                parsedResourcePolicies.clear();
            }
            parsedResourcePolicies.put(document, policy);
        }
        return policy;
    }

    /** Resources without an account in their ARN belong to whoever asks. */
    private static boolean isOwn(Principal principal, String resourceArn) {
        String[] parts = resourceArn.split(":", 6);
        return parts.length < 6 || parts[4].isEmpty() || parts[4].equals(principal.accountId());
    }

    private Keys keys(Principal principal, Map<String, String> given) {
        Keys others = keys(given);
        return name ->
                switch (name) {
                    case "aws:principalarn" -> principal.arn();
                    case "aws:principalaccount" -> principal.accountId();
                    case "aws:userid" -> principal.userId();
                    case "aws:principaltype" -> principal.isAccountRoot() ? "Account" : "User";
                    case "aws:username" -> userName(principal);
                    default -> others.value(name);
                };
    }

    private static @Nullable String userName(Principal principal) {
        return principal.isAccountRoot()
                ? null
                : principal.arn().substring(principal.arn().indexOf('/') + 1);
    }

    private Keys keys(Map<String, String> given) {
        Instant now = clock.instant();
        return name ->
                switch (name) {
                    case "aws:currenttime" -> now.truncatedTo(ChronoUnit.SECONDS).toString();
                    case "aws:epochtime" -> Long.toString(now.getEpochSecond());
                    default -> find(name, given);
                };
    }

    private static @Nullable String find(String name, Map<String, String> given) {
        for (Map.Entry<String, String> key : given.entrySet()) {
            if (key.getKey().equalsIgnoreCase(name)) {
                return key.getValue();
            }
        }
        return null;
    }

    private static String because(String kind, RequestContext request) {
        return "because no " + kind + " policy allows the " + request.action() + " action";
    }

    private static Fault denied(Principal principal, RequestContext request, String reason) {
        return new Fault(
                Fault.Kind.DENIED,
                "access-denied",
                "User: "
                        + principal.arn()
                        + " is not authorized to perform: "
                        + request.action()
                        + " on resource: "
                        + request.resource()
                        + " "
                        + reason);
    }
}
