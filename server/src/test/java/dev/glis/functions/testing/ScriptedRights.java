package dev.glis.functions.testing;

import dev.glis.accounts.Authorizer;
import dev.glis.accounts.Principal;
import dev.glis.base.Fault;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Rights by a simple rule: account roots may all; others only what a policy text names. */
public final class ScriptedRights implements Authorizer {
    private final List<String> asked = new CopyOnWriteArrayList<>();

    /** What was asked: action, resource and conditions. */
    public List<String> asked() {
        return asked;
    }

    @Override
    public void require(
            Principal principal,
            String action,
            String resourceArn,
            @Nullable String resourcePolicy,
            Map<String, String> context) {
        asked.add(action + " " + resourceArn);
        if (!principal.isAccountRoot()) {
            throw new Fault(Fault.Kind.DENIED, "access-denied", "User is not authorized");
        }
    }

    @Override
    public void require(
            Principal principal,
            String ownerAccountId,
            String action,
            String resourceArn,
            @Nullable String resourcePolicy,
            Map<String, String> context) {
        require(principal, action, resourceArn, resourcePolicy, context);
    }

    @Override
    public boolean allows(
            String caller,
            String action,
            String resourceArn,
            @Nullable String resourcePolicy,
            Map<String, String> context) {
        asked.add(action + " " + resourceArn + " " + context.get("lambda:FunctionUrlAuthType"));
        return resourcePolicy != null && resourcePolicy.contains(action);
    }
}
