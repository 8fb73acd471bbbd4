package dev.glis.wire.lambda;

import dev.glis.base.Fault;
import dev.glis.functions.InvocationRequest;
import dev.glis.functions.Invoker;
import dev.glis.net.Headers;
import dev.glis.net.HttpRequest;
import dev.glis.net.HttpResponse;
import dev.glis.wire.Call;
import dev.glis.wire.Operation;
import dev.glis.wire.OperationTable;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Invoke, InvokeAsync and InvokeWithResponseStream. They run on event loops and block nowhere; the
 * {@link Invoker} does the work.
 */
final class InvokeOperations {
    private final Invoker invoker;

    InvokeOperations(Invoker invoker) {
        this.invoker = invoker;
    }

    void addTo(OperationTable table) {
        table.add("Invoke", (Operation) this::invoke);
        table.add("InvokeAsync", (Operation) this::invokeAsync);
        table.add("InvokeWithResponseStream", (Operation) this::invokeStreaming);
    }

    private void invoke(Call call) {
        InvocationRequest request = request(call, false);
        switch (invocationType(call)) {
            case "RequestResponse" -> invoker.invoke(request, new WholeReply(call));
            case "Event" -> invoker.enqueue(request, refusal -> answer(call, refusal, accepted()));
            case "DryRun" ->
                    invoker.dryRun(
                            request, refusal -> answer(call, refusal, HttpResponse.empty(204)));
            default ->
                    throw unknown(
                            "invocationType",
                            invocationType(call),
                            "[Event, RequestResponse, DryRun]");
        }
    }

    /** The older form of an Event invocation. */
    private void invokeAsync(Call call) {
        invoker.enqueue(request(call, false), refusal -> answer(call, refusal, accepted()));
    }

    private void invokeStreaming(Call call) {
        InvocationRequest request = request(call, true);
        switch (invocationType(call)) {
            case "RequestResponse" -> invoker.invoke(request, new StreamingReply(call));
            case "DryRun" ->
                    invoker.dryRun(
                            request, refusal -> answer(call, refusal, HttpResponse.empty(204)));
            default ->
                    throw unknown(
                            "invocationType", invocationType(call), "[RequestResponse, DryRun]");
        }
    }

    private static InvocationRequest request(Call call, boolean streaming) {
        HttpRequest http = call.request();
        Headers headers = http.headers();
        refuse(headers, "X-Amz-Durable-Execution-Name", "durable executions");
        refuse(headers, "X-Amz-Tenant-Id", "tenant isolation");
        return new InvocationRequest(
                call.principal(),
                call.pathValue("FunctionName"),
                call.query().first("Qualifier"),
                call.requestId(),
                http.body(),
                headers.get("X-Amz-Client-Context"),
                headers.get("X-Amzn-Trace-Id"),
                wantsTail(headers),
                streaming,
                Map.of("aws:SourceIp", http.sourceIp()));
    }

    private static String invocationType(Call call) {
        return call.request().headers().get("X-Amz-Invocation-Type", "RequestResponse");
    }

    private static boolean wantsTail(Headers headers) {
        String logType = headers.get("X-Amz-Log-Type", "None");
        return switch (logType) {
            case "Tail" -> true;
            case "None" -> false;
            default -> throw unknown("logType", logType, "[None, Tail]");
        };
    }

    private static HttpResponse accepted() {
        return HttpResponse.empty(202);
    }

    private static void answer(Call call, @Nullable Fault refusal, HttpResponse response) {
        if (refusal == null) {
            call.send(response);
        } else {
            call.fail(refusal);
        }
    }

    private static void refuse(Headers headers, String name, String what) {
        if (headers.get(name) != null) {
            throw Fault.unsupported(name + " is not supported: Glis does not have " + what);
        }
    }

    private static Fault unknown(String member, String value, String allowed) {
        return new Fault(
                Fault.Kind.INVALID,
                "validation",
                "1 validation error detected: Value '"
                        + value
                        + "' at '"
                        + member
                        + "' failed to satisfy constraint: Member must satisfy enum value set: "
                        + allowed);
    }
}
