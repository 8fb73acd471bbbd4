package dev.glis.wire.apigatewayv2;

import dev.glis.base.Fault;

/** What API Gateway has and Glis has not, refused with the reason. */
final class Unsupported {
    private Unsupported() {}

    /** The refusal of an operation that Glis does not have. */
    static Fault operation(String name) {
        String reason;
        if (name.contains("DomainName") || name.contains("ApiMapping")) {
            reason = "custom domain names are set by Glis's own API";
        } else if (name.contains("VpcLink")) {
            reason = "there are no VPCs";
        } else if (name.contains("Model")) {
            reason = "messages and requests are not held to models";
        } else if (name.contains("RouteResponse") || name.contains("IntegrationResponse")) {
            reason =
                    "RouteResponseSelectionExpression $default of a route is all that sends answers"
                            + " back";
        } else {
            reason = "it has not been built";
        }
        return new Fault(
                Fault.Kind.UNSUPPORTED,
                "operation-unsupported",
                "The operation " + name + " is not supported: " + reason);
    }

    static void refuseIf(boolean asked, String reason) {
        if (asked) {
            throw Fault.unsupported(reason);
        }
    }
}
