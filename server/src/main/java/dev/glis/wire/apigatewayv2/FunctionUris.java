package dev.glis.wire.apigatewayv2;

import dev.glis.apis.StageSettings;
import dev.glis.functions.FunctionName;
import dev.glis.wire.Call;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Functions as API Gateway writes them: by their ARN, or by the address at which API Gateway
 * invokes them.
 */
final class FunctionUris {
    private static final Pattern INVOCATION =
            Pattern.compile(
                    "arn:aws:apigateway:[a-z0-9-]+:lambda:path/2015-03-31/functions/"
                            + "(arn:aws:lambda:.+)/invocations");

    private final Access access;
    private final String region;

    FunctionUris(Access access, String region) {
        this.access = access;
        this.region = region;
    }

    /** Whether a target is a function rather than an HTTP server. */
    static boolean isFunction(String uri) {
        return uri.startsWith("arn:");
    }

    /** The function as backends and authorizers name it, if the caller may have it invoked. */
    String read(Call call, String uri) {
        Matcher invocation = INVOCATION.matcher(uri);
        String account = call.principal().accountId();
        String function = invocation.matches() ? invocation.group(1) : uri;
        if (StageSettings.isVariable(function)) {
            return template(call, function);
        }
        FunctionName name = FunctionName.parse(region, account, function, null);
        access.requireInvocable(call, name);
        if (!name.accountId().equals(account)) {
            return name.qualifiedArn();
        }
        return name.qualifier().isEmpty() ? name.name() : name.name() + ":" + name.qualifier();
    }

    /**
     * One that a stage's variables name, and so may become any function: who has that invoked must
     * be allowed to invoke all of the account.
     */
    private String template(Call call, String function) {
        String account = call.principal().accountId();
        FunctionName like =
                FunctionName.parse(region, account, StageSettings.replaced(function, "x"), null);
        if (like.accountId().equals(account)) {
            access.requireAllInvocable(call, like);
        }
        return function;
    }

    /** The ARN of a function that a backend names. */
    String arn(Call call, String function) {
        if (StageSettings.isVariable(function)) {
            return function;
        }
        return FunctionName.parse(region, call.principal().accountId(), function, null)
                .qualifiedArn();
    }

    /** The address at which API Gateway invokes it. */
    String invocation(Call call, String function) {
        return "arn:aws:apigateway:"
                + region
                + ":lambda:path/2015-03-31/functions/"
                + arn(call, function)
                + "/invocations";
    }
}
