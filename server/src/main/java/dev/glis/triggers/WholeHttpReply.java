package dev.glis.triggers;

import dev.glis.base.Fault;
import dev.glis.engine.Outcome;
import dev.glis.functions.InvocationReply;
import dev.glis.net.HttpResponder;

/** An HTTP answer that is sent when the function's result is whole. */
public final class WholeHttpReply implements InvocationReply {
    private final HttpResponder responder;
    private final FunctionErrors errors;
    private final boolean everythingIsAnAnswer;

    /**
     * A reply.
     *
     * @param everythingIsAnAnswer whether a result that is no object with a status is the body of
     *     an answer with status 200, as in payload format 2.0, or an error, as in 1.0
     */
    public WholeHttpReply(
            HttpResponder responder, FunctionErrors errors, boolean everythingIsAnAnswer) {
        this.responder = responder;
        this.errors = errors;
        this.everythingIsAnAnswer = everythingIsAnAnswer;
    }

    @Override
    public void succeeded(Executed executed, Outcome.Success success) {
        try {
            responder.send(FunctionAnswer.response(success.payload(), everythingIsAnAnswer));
        } catch (Fault unusable) {
            responder.send(errors.functionError());
        }
    }

    @Override
    public void failed(Executed executed, Outcome.Failure failure) {
        responder.send(errors.functionError());
    }

    @Override
    public void refused(Fault fault) {
        responder.send(errors.refusal(fault));
    }
}
