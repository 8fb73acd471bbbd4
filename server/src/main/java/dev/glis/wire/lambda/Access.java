package dev.glis.wire.lambda;

import dev.glis.accounts.Authorizer;
import dev.glis.accounts.Principal;
import dev.glis.functions.FunctionControl;
import dev.glis.functions.FunctionName;
import dev.glis.functions.LayerName;
import dev.glis.wire.Call;
import dev.glis.wire.Input;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Requires the right to do an operation, on the resource that it is about. */
final class Access {
    private final Authorizer authorizer;
    private final FunctionControl control;

    Access(Authorizer authorizer, FunctionControl control) {
        this.authorizer = authorizer;
        this.control = control;
    }

    /** The function that an input names, once the caller may do the operation with it. */
    FunctionName function(Call call, Input input) {
        return function(call, input.text("FunctionName"), input.optional("Qualifier"));
    }

    FunctionName function(Call call, String function, @Nullable String qualifier) {
        FunctionName name =
                FunctionName.parse(
                        control.region(), call.principal().accountId(), function, qualifier);
        require(call, name);
        return name;
    }

    /** Requires the operation's right on a function. */
    void require(Call call, FunctionName name) {
        Principal principal = call.principal();
        boolean owner = principal.isAccountRoot() && principal.accountId().equals(name.accountId());
        authorizer.require(
                principal,
                action(call),
                name.qualifiedArn(),
                owner ? null : control.permissions().document(name).orElse(null),
                context(call));
    }

    /** The layer version that an input names, once the caller may do the operation with it. */
    LayerName layer(Call call, String text) {
        LayerName name = LayerName.parse(control.region(), call.principal().accountId(), text);
        requireLayer(call, action(call), name);
        return name;
    }

    /** Requires the right on a layer, or on the layer version that the name has. */
    void requireLayer(Call call, String action, LayerName name) {
        authorizer.require(
                call.principal(),
                action,
                name.version() == 0 ? name.layerArn() : name.versionArn(),
                name.version() == 0 ? null : control.layers().document(name).orElse(null),
                context(call));
    }

    /** Requires that the caller may use these layer versions in a function. */
    void requireLayers(Call call, List<String> arns) {
        for (String arn : arns) {
            requireLayer(
                    call,
                    "lambda:GetLayerVersion",
                    LayerName.parse(control.region(), call.principal().accountId(), arn));
        }
    }

    /** Requires the operation's right on any other resource of the caller's own account. */
    void require(Call call, String resourceArn) {
        authorizer.require(call.principal(), action(call), resourceArn, null, context(call));
    }

    private static String action(Call call) {
        return "lambda:"
                + switch (call.operation().name()) {
                    case "GetLayerVersionByArn" -> "GetLayerVersion";
                    default -> call.operation().name();
                };
    }

    static Map<String, String> context(Call call) {
        return Map.of("aws:SourceIp", call.request().sourceIp());
    }
}
