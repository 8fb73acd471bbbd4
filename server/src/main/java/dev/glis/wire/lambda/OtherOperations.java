package dev.glis.wire.lambda;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.accounts.Accounts;
import dev.glis.base.Fault;
import dev.glis.base.Json;
import dev.glis.base.Limits;
import dev.glis.functions.FunctionAdmin;
import dev.glis.functions.FunctionControl;
import dev.glis.functions.FunctionName;
import dev.glis.wire.BlockingOperation;
import dev.glis.wire.Call;
import dev.glis.wire.Input;
import dev.glis.wire.OperationTable;
import dev.glis.wire.Reply;
import java.util.List;
import java.util.Map;

/**
 * Tags and account settings; and what is true without our doing anything: that a function has no
 * code signing configuration, that its runtime is updated with the machine, that recursion is
 * stopped, that there are no event source mappings.
 */
final class OtherOperations {
    private final FunctionControl control;
    private final Access access;

    OtherOperations(FunctionControl control, Access access) {
        this.control = control;
        this.access = access;
    }

    void addTo(OperationTable table) {
        table.add("TagResource", this::tag);
        table.add("UntagResource", this::untag);
        table.add("ListTags", this::tags);
        table.add("GetAccountSettings", this::accountSettings);
        table.add("GetFunctionCodeSigningConfig", this::codeSigning);
        table.add("DeleteFunctionCodeSigningConfig", this::deleteCodeSigning);
        table.add("GetRuntimeManagementConfig", this::runtimeManagement);
        table.add("PutRuntimeManagementConfig", this::putRuntimeManagement);
        table.add("GetFunctionRecursionConfig", this::recursion);
        table.add("PutFunctionRecursionConfig", this::putRecursion);
        table.add("ListEventSourceMappings", empty("EventSourceMappings"));
        table.add("ListCodeSigningConfigs", empty("CodeSigningConfigs"));
        table.add("ListCapacityProviders", empty("CapacityProviders"));
        table.add("GetEventSourceMapping", this::missing);
        table.add("DeleteEventSourceMapping", this::missing);
        table.add("UpdateEventSourceMapping", this::missing);
    }

    private Reply tag(Call call, Input input) {
        control.tags().add(tagged(call, input), input.map("Tags"));
        return Reply.empty();
    }

    private Reply untag(Call call, Input input) {
        control.tags().remove(tagged(call, input), input.texts("TagKeys"));
        return Reply.empty();
    }

    private Reply tags(Call call, Input input) {
        Map<String, String> tags = control.tags().list(tagged(call, input));
        ObjectNode json = Json.object();
        tags.forEach(json.putObject("Tags")::put);
        return Reply.of(json);
    }

    private FunctionName tagged(Call call, Input input) {
        String arn = input.text("Resource");
        List<String> parts = List.of(arn.split(":", -1));
        if (parts.size() > 5 && !parts.get(5).equals("function")) {
            throw Fault.notFound("There is no such resource: " + arn);
        }
        FunctionName name = access.function(call, arn, null);
        if (!name.qualifier().isEmpty()) {
            throw Fault.invalid(
                    "Tags on function aliases and versions are not supported. Please specify either"
                            + " a function name or an unqualified function ARN.");
        }
        return name;
    }

    private Reply accountSettings(Call call, Input input) {
        access.require(call, "*");
        String account = call.principal().accountId();
        Accounts.Quotas quotas = control.quotas(account);
        FunctionAdmin.Usage usage = control.functions().usage(account);
        ObjectNode json = Json.object();
        json.putObject("AccountLimit")
                .put("TotalCodeSize", quotas.codeStorageBytes())
                .put("CodeSizeUnzipped", Limits.CODE_UNZIPPED_BYTES.value())
                .put("CodeSizeZipped", Limits.CODE_ZIPPED_BYTES.value())
                .put("ConcurrentExecutions", quotas.concurrency())
                .put("UnreservedConcurrentExecutions", control.concurrency().unreserved(account));
        json.putObject("AccountUsage")
                .put("TotalCodeSize", usage.codeBytes())
                .put("FunctionCount", usage.functions());
        return Reply.of(json);
    }

    private Reply codeSigning(Call call, Input input) {
        FunctionName name = existing(call, input);
        return Reply.of(Json.object().put("FunctionName", name.name()));
    }

    private Reply deleteCodeSigning(Call call, Input input) {
        existing(call, input);
        return Reply.empty();
    }

    private Reply runtimeManagement(Call call, Input input) {
        FunctionName name = existing(call, input);
        String qualified =
                name.qualifier().isEmpty()
                        ? name.with(FunctionName.LATEST).qualifiedArn()
                        : name.qualifiedArn();
        return Reply.of(Json.object().put("UpdateRuntimeOn", "Auto").put("FunctionArn", qualified));
    }

    private Reply putRuntimeManagement(Call call, Input input) {
        if (!input.text("UpdateRuntimeOn").equals("Auto")) {
            throw Fault.unsupported(
                    "UpdateRuntimeOn "
                            + input.text("UpdateRuntimeOn")
                            + " is not supported: functions run on the runtimes that the machine"
                            + " has; use Auto");
        }
        return runtimeManagement(call, input);
    }

    private Reply recursion(Call call, Input input) {
        existing(call, input);
        return Reply.of(Json.object().put("RecursiveLoop", "Terminate"));
    }

    private Reply putRecursion(Call call, Input input) {
        if (!input.text("RecursiveLoop").equals("Terminate")) {
            throw Fault.unsupported(
                    "RecursiveLoop Allow is not supported: recursive loops are always stopped");
        }
        return recursion(call, input);
    }

    private BlockingOperation.Body empty(String field) {
        return (call, input) -> {
            access.require(call, "*");
            ObjectNode json = Json.object();
            json.putArray(field);
            return Reply.of(json);
        };
    }

    private Reply missing(Call call, Input input) {
        access.require(call, "*");
        throw Fault.notFound("The resource you requested does not exist.");
    }

    private FunctionName existing(Call call, Input input) {
        FunctionName name = access.function(call, input);
        control.functions().get(name);
        return name;
    }
}
