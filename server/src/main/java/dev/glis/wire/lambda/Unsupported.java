package dev.glis.wire.lambda;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glis.base.Fault;
import dev.glis.wire.Input;

/**
 * Settings of AWS Lambda that Glis knows but cannot honour. What would change how a function runs
 * is refused with the reason; what asks for the way it is anyway passes.
 */
final class Unsupported {
    private Unsupported() {}

    /** Refuses settings of CreateFunction and UpdateFunctionConfiguration. */
    static void checkSettings(Input input, String functionName) {
        Input vpc = input.structure("VpcConfig");
        refuseIf(
                hasContent(vpc, "SubnetIds")
                        || hasContent(vpc, "SecurityGroupIds")
                        || vpc.flag("Ipv6AllowedForDualStack"),
                "VpcConfig is not supported: there are no VPCs; leave SubnetIds and"
                        + " SecurityGroupIds empty");
        refuseIf(
                hasContent(input.structure("DeadLetterConfig"), "TargetArn"),
                "DeadLetterConfig is not supported, because there are no queues or topics; use"
                        + " PutFunctionEventInvokeConfig with a function as the OnFailure"
                        + " destination");
        refuseIf(
                hasContent(input, "KMSKeyArn"),
                "KMSKeyArn is not supported: there is no key management service");
        refuseIf(
                input.structure("TracingConfig").optionalOr("Mode", "PassThrough").equals("Active"),
                "TracingConfig mode Active is not supported: there is no tracing service; use"
                        + " PassThrough");
        refuseIf(
                hasContent(input, "FileSystemConfigs"),
                "FileSystemConfigs is not supported: there are no network file systems");
        refuseIf(
                hasContent(input, "CodeSigningConfigArn"),
                "CodeSigningConfigArn is not supported: code signatures are not verified");
        refuseIf(
                !input.structure("SnapStart").optionalOr("ApplyOn", "None").equals("None"),
                "SnapStart is not supported; use ApplyOn None");
        refuseIf(
                hasContent(input, "CapacityProviderConfig"),
                "CapacityProviderConfig is not supported: there are no capacity providers");
        refuseIf(
                hasContent(input, "DurableConfig"),
                "DurableConfig is not supported: there are no durable executions");
        refuseIf(
                hasContent(input, "TenancyConfig"),
                "TenancyConfig is not supported: there is no isolation by tenant within a"
                        + " function");
        refusePublishTo(input);
        checkLogging(input.structure("LoggingConfig"), functionName);
    }

    /** Refuses ways to give code other than as a zip file within the request. */
    static void checkCode(Input code) {
        refuseIf(
                hasContent(code, "S3Bucket")
                        || hasContent(code, "S3Key")
                        || hasContent(code, "S3ObjectVersion"),
                "Code from S3Bucket is not supported, because there is no object storage yet; send"
                        + " the zip file itself as ZipFile");
        refuseIf(
                hasContent(code, "SourceKMSKeyArn"),
                "SourceKMSKeyArn is not supported: there is no key management service");
        refusePublishTo(code);
    }

    /** The refusal of an operation of AWS Lambda that Glis does not have. */
    static Fault operation(String name) {
        String reason;
        if (name.contains("EventSourceMapping")) {
            reason = "there are no event sources yet";
        } else if (name.contains("CodeSigning")) {
            reason = "code signatures are not verified";
        } else if (name.contains("CapacityProvider") || name.contains("ScalingConfig")) {
            reason = "there are no capacity providers";
        } else if (name.contains("Durable")) {
            reason = "there are no durable executions";
        } else {
            reason = "it has not been built";
        }
        return new Fault(
                Fault.Kind.UNSUPPORTED,
                "operation-unsupported",
                "The operation " + name + " is not supported: " + reason);
    }

    private static void refusePublishTo(Input input) {
        refuseIf(
                input.has("PublishTo"),
                "PublishTo is not supported: it belongs to capacity providers, which there are not;"
                        + " use Publish");
    }

    private static void checkLogging(Input logging, String functionName) {
        refuseIf(
                logging.optionalOr("LogFormat", "Text").equals("JSON"),
                "LoggingConfig with LogFormat JSON is not supported; use Text");
        refuseIf(
                logging.has("ApplicationLogLevel") || logging.has("SystemLogLevel"),
                "Log levels in LoggingConfig are not supported: they need LogFormat JSON");
        String own = "/aws/lambda/" + functionName;
        refuseIf(
                !logging.optionalOr("LogGroup", own).equals(own),
                "LoggingConfig with another LogGroup is not supported; a function's own is " + own);
    }

    private static boolean hasContent(Input input, String name) {
        JsonNode node = input.values().path(name);
        if (node.isContainerNode()) {
            return !node.isEmpty();
        }
        return node.isValueNode() && !node.asText().isEmpty();
    }

    private static void refuseIf(boolean asked, String reason) {
        if (asked) {
            throw Fault.unsupported(reason);
        }
    }
}
