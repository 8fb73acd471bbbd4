package dev.glis.wire.apigatewayv2;

import dev.glis.accounts.Authorizer;
import dev.glis.functions.FunctionName;
import dev.glis.wire.Call;
import java.util.Map;

/** Requires rights: the method on the path, as policies name them. */
final class Access {
    private static final String VERSION = "/v2";

    private final Authorizer authorizer;
    private final String region;

    Access(Authorizer authorizer, String region) {
        this.authorizer = authorizer;
        this.region = region;
    }

    /** Such as {@code apigateway:GET} on {@code arn:aws:apigateway:REGION::/apis/ID}. */
    void require(Call call) {
        require(
                call,
                "apigateway:" + call.request().method(),
                "arn:aws:apigateway:"
                        + region
                        + "::"
                        + call.decodedPath().substring(VERSION.length()));
    }

    /** Who has an API invoke a function lets others invoke it, and must be allowed to do so. */
    void requireInvocable(Call call, FunctionName function) {
        if (function.accountId().equals(call.principal().accountId())) {
            require(call, "lambda:InvokeFunction", function.qualifiedArn());
        }
    }

    /** As {@link #requireInvocable}, for each function that the account has or will have. */
    void requireAllInvocable(Call call, FunctionName like) {
        String all = like.qualifiedArn().replaceAll(":function:.*", ":function:*");
        require(call, "lambda:InvokeFunction", all);
    }

    private void require(Call call, String action, String resourceArn) {
        authorizer.require(
                call.principal(),
                action,
                resourceArn,
                null,
                Map.of("aws:SourceIp", call.request().sourceIp()));
    }
}
