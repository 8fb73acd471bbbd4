package dev.glis.wire.lambda;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.base.Json;
import dev.glis.functions.Concurrency;
import dev.glis.functions.Concurrency.Provisioned;
import dev.glis.functions.FunctionName;
import dev.glis.wire.Call;
import dev.glis.wire.Input;
import dev.glis.wire.OperationTable;
import dev.glis.wire.Reply;

/** Reserved and provisioned concurrency. */
final class ConcurrencyOperations {
    private final Concurrency concurrency;
    private final Access access;

    ConcurrencyOperations(Concurrency concurrency, Access access) {
        this.concurrency = concurrency;
        this.access = access;
    }

    void addTo(OperationTable table) {
        table.add("PutFunctionConcurrency", this::reserve);
        table.add("GetFunctionConcurrency", this::reserved);
        table.add("DeleteFunctionConcurrency", this::unreserve);
        table.add("PutProvisionedConcurrencyConfig", this::provision);
        table.add("GetProvisionedConcurrencyConfig", this::provisioned);
        table.add("DeleteProvisionedConcurrencyConfig", this::unprovision);
        table.add("ListProvisionedConcurrencyConfigs", this::listProvisioned);
    }

    private Reply reserve(Call call, Input input) {
        FunctionName name = access.function(call, input);
        int wanted = input.integer("ReservedConcurrentExecutions").orElseThrow();
        concurrency.reserve(name.unqualified(), wanted);
        return Reply.of(Json.object().put("ReservedConcurrentExecutions", wanted));
    }

    private Reply reserved(Call call, Input input) {
        FunctionName name = access.function(call, input);
        ObjectNode json = Json.object();
        concurrency
                .reserved(name)
                .ifPresent(reserved -> json.put("ReservedConcurrentExecutions", reserved));
        return Reply.of(json);
    }

    private Reply unreserve(Call call, Input input) {
        concurrency.unreserve(access.function(call, input).unqualified());
        return Reply.empty();
    }

    private Reply provision(Call call, Input input) {
        FunctionName name = access.function(call, input);
        int wanted = input.integer("ProvisionedConcurrentExecutions").orElseThrow();
        return Reply.of(shape(concurrency.provision(name, wanted)));
    }

    private Reply provisioned(Call call, Input input) {
        return Reply.of(shape(concurrency.provisioned(access.function(call, input))));
    }

    private Reply unprovision(Call call, Input input) {
        concurrency.unprovision(access.function(call, input));
        return Reply.empty();
    }

    private Reply listProvisioned(Call call, Input input) {
        FunctionName name = access.function(call, input);
        return Reply.of(
                FunctionShapes.page(
                        "ProvisionedConcurrencyConfigs",
                        concurrency.listProvisioned(
                                name.unqualified(),
                                input.optional("Marker"),
                                FunctionOperations.most(input)),
                        each -> shape(each).put("FunctionArn", each.name().qualifiedArn())));
    }

    private static ObjectNode shape(Provisioned provisioned) {
        return Json.object()
                .put("RequestedProvisionedConcurrentExecutions", provisioned.requested())
                .put("AvailableProvisionedConcurrentExecutions", provisioned.available())
                .put("AllocatedProvisionedConcurrentExecutions", provisioned.available())
                .put("Status", provisioned.isReady() ? "READY" : "IN_PROGRESS")
                .put("LastModified", Times.text(provisioned.modified()));
    }
}
