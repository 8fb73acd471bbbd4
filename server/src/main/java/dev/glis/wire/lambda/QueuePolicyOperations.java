package dev.glis.wire.lambda;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.base.Json;
import dev.glis.functions.FunctionName;
import dev.glis.functions.QueuePolicies;
import dev.glis.functions.QueuePolicies.Policy;
import dev.glis.wire.Call;
import dev.glis.wire.Input;
import dev.glis.wire.OperationTable;
import dev.glis.wire.Reply;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** Event invoke configurations: how queued invocations are retried and where they end. */
final class QueuePolicyOperations {
    private final QueuePolicies policies;
    private final Access access;

    QueuePolicyOperations(QueuePolicies policies, Access access) {
        this.policies = policies;
        this.access = access;
    }

    void addTo(OperationTable table) {
        table.add("PutFunctionEventInvokeConfig", this::put);
        table.add("UpdateFunctionEventInvokeConfig", this::update);
        table.add("GetFunctionEventInvokeConfig", this::get);
        table.add("DeleteFunctionEventInvokeConfig", this::delete);
        table.add("ListFunctionEventInvokeConfigs", this::list);
    }

    private Reply put(Call call, Input input) {
        FunctionName name = access.function(call, input);
        return Reply.of(shape(policies.put(name, change(input))));
    }

    private Reply update(Call call, Input input) {
        FunctionName name = access.function(call, input);
        return Reply.of(shape(policies.update(name, change(input))));
    }

    private Reply get(Call call, Input input) {
        return Reply.of(shape(policies.get(access.function(call, input))));
    }

    private Reply delete(Call call, Input input) {
        policies.delete(access.function(call, input));
        return Reply.empty();
    }

    private Reply list(Call call, Input input) {
        FunctionName name = access.function(call, input);
        return Reply.of(
                FunctionShapes.page(
                        "FunctionEventInvokeConfigs",
                        policies.list(
                                name.unqualified(),
                                input.optional("Marker"),
                                FunctionOperations.most(input)),
                        QueuePolicyOperations::shape));
    }

    private static QueuePolicies.Change change(Input input) {
        Input destinations = input.structure("DestinationConfig");
        return new QueuePolicies.Change(
                input.integer("MaximumEventAgeInSeconds"),
                input.integer("MaximumRetryAttempts"),
                destination(destinations, "OnSuccess"),
                destination(destinations, "OnFailure"));
    }

    /** A destination's ARN; empty to remove it, null to leave it. */
    private static @Nullable String destination(Input destinations, String when) {
        return destinations.has(when)
                ? destinations.structure(when).optionalOr("Destination", "")
                : null;
    }

    private static ObjectNode shape(Policy policy) {
        ObjectNode json = Json.object();
        json.put("LastModified", BigDecimal.valueOf(policy.modified().toEpochMilli(), 3));
        json.put("FunctionArn", policy.name().qualifiedArn());
        policy.maximumRetries().ifPresent(value -> json.put("MaximumRetryAttempts", value));
        policy.maximumAgeSeconds().ifPresent(value -> json.put("MaximumEventAgeInSeconds", value));
        ObjectNode destinations = json.putObject("DestinationConfig");
        addDestination(destinations.putObject("OnSuccess"), policy.onSuccess());
        addDestination(destinations.putObject("OnFailure"), policy.onFailure());
        return json;
    }

    private static void addDestination(ObjectNode json, @Nullable String arn) {
        if (arn != null) {
            json.put("Destination", arn);
        }
    }
}
