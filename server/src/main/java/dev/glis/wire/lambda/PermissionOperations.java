package dev.glis.wire.lambda;

import dev.glis.base.Fault;
import dev.glis.base.Json;
import dev.glis.functions.FunctionName;
import dev.glis.functions.Permissions;
import dev.glis.wire.Call;
import dev.glis.wire.Input;
import dev.glis.wire.OperationTable;
import dev.glis.wire.Reply;

/** Resource policies of functions. */
final class PermissionOperations {
    private final Permissions permissions;
    private final Access access;

    PermissionOperations(Permissions permissions, Access access) {
        this.permissions = permissions;
        this.access = access;
    }

    void addTo(OperationTable table) {
        table.add("AddPermission", this::add);
        table.add("RemovePermission", this::remove);
        table.add("GetPolicy", this::get);
    }

    private Reply add(Call call, Input input) {
        FunctionName name = access.function(call, input);
        if (input.has("PrincipalOrgID")) {
            throw Fault.unsupported("PrincipalOrgID is not supported: there are no organizations");
        }
        if (input.has("EventSourceToken")) {
            throw Fault.unsupported(
                    "EventSourceToken is not supported: nothing here sends such tokens");
        }
        var permission =
                new Permissions.Permission(
                        input.text("StatementId"),
                        input.text("Principal"),
                        input.text("Action"),
                        input.optional("SourceArn"),
                        input.optional("SourceAccount"),
                        input.optional("FunctionUrlAuthType"),
                        input.flag("InvokedViaFunctionUrl"));
        String statement = permissions.add(name, permission, input.optional("RevisionId"));
        return Reply.of(Json.object().put("Statement", statement));
    }

    private Reply remove(Call call, Input input) {
        FunctionName name = access.function(call, input);
        permissions.remove(name, input.text("StatementId"), input.optional("RevisionId"));
        return Reply.empty();
    }

    private Reply get(Call call, Input input) {
        Permissions.Policy policy = permissions.get(access.function(call, input));
        return Reply.of(
                Json.object()
                        .put("Policy", policy.document())
                        .put("RevisionId", policy.revisionId()));
    }
}
