package dev.glis.triggers;

import dev.glis.base.Fault;
import dev.glis.engine.Outcome;
import dev.glis.functions.InvocationReply;
import dev.glis.net.HttpResponder;
import dev.glis.net.HttpResponse;

/** The answer of a function URL in the mode BUFFERED. */
final class WholeUrlReply implements InvocationReply {
    private final UrlCall call;
    private final HttpResponder responder;

    WholeUrlReply(UrlCall call, HttpResponder responder) {
        this.call = call;
        this.responder = responder;
    }

    @Override
    public void succeeded(Executed executed, Outcome.Success success) {
        send(UrlResult.response(success.payload()));
    }

    @Override
    public void failed(Executed executed, Outcome.Failure failure) {
        send(UrlAnswers.functionError());
    }

    @Override
    public void refused(Fault fault) {
        send(UrlAnswers.refusal(fault));
    }

    private void send(HttpResponse response) {
        call.cors().addTo(response.headers());
        response.headers().set("x-amzn-RequestId", call.requestId());
        responder.send(response);
    }
}
