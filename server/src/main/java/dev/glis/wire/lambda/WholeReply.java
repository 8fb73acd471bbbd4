package dev.glis.wire.lambda;

import dev.glis.base.Fault;
import dev.glis.engine.Outcome;
import dev.glis.functions.InvocationReply;
import dev.glis.net.Headers;
import dev.glis.net.HttpResponse;
import dev.glis.wire.Call;
import java.util.Base64;

/** The answer of Invoke in the form RequestResponse. */
final class WholeReply implements InvocationReply {
    private final Call call;

    WholeReply(Call call) {
        this.call = call;
    }

    @Override
    public void succeeded(Executed executed, Outcome.Success success) {
        Headers headers = headers(executed, success.report());
        headers.add("Content-Type", success.contentType());
        call.send(new HttpResponse(200, headers, success.payload()));
    }

    @Override
    public void failed(Executed executed, Outcome.Failure failure) {
        Headers headers = headers(executed, failure.report());
        headers.add("Content-Type", "application/json");
        headers.add("X-Amz-Function-Error", "Unhandled");
        call.send(new HttpResponse(200, headers, failure.payload()));
    }

    @Override
    public void refused(Fault fault) {
        call.fail(fault);
    }

    private static Headers headers(Executed executed, Outcome.Report report) {
        var headers = new Headers();
        headers.add("X-Amz-Executed-Version", executed.version());
        headers.add("X-Amzn-Trace-Id", executed.traceHeader());
        byte[] tail = report.logTail();
        if (tail != null) {
            headers.add("X-Amz-Log-Result", Base64.getEncoder().encodeToString(tail));
        }
        return headers;
    }
}
