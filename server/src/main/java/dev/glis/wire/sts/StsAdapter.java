package dev.glis.wire.sts;

import dev.glis.accounts.Principal;
import dev.glis.base.Fault;
import dev.glis.base.Ids;
import dev.glis.net.Headers;
import dev.glis.net.HttpRequest;
import dev.glis.net.HttpResponder;
import dev.glis.net.HttpResponse;
import dev.glis.wire.ServiceAdapter;
import java.nio.charset.StandardCharsets;

/**
 * AWS STS, of which there is {@code GetCallerIdentity}: everybody who has a key may call it.
 *
 * <p>The query protocol: parameters in a form body or in the query, answers in XML. Runs on the
 * event loop; keeps no state.
 */
public final class StsAdapter implements ServiceAdapter {
    private final Ids ids;

    public StsAdapter(Ids ids) {
        this.ids = ids;
    }

    @Override
    public String service() {
        return "sts";
    }

    @Override
    public boolean claims(HttpRequest request) {
        return FormParameters.mayHave(request)
                && StsXml.VERSION.equals(FormParameters.of(request).get("Version"));
    }

    @Override
    public void handle(Principal principal, HttpRequest request, HttpResponder responder) {
        String requestId = ids.uuid();
        responder.send(answer(principal, request, requestId));
    }

    @Override
    public HttpResponse render(Fault fault, HttpRequest request, String requestId) {
        StsError error = StsError.of(fault);
        return xml(error.status(), StsXml.error(error, fault.text(), requestId), requestId);
    }

    private static HttpResponse answer(Principal principal, HttpRequest request, String requestId) {
        FormParameters parameters = FormParameters.of(request);
        String action = parameters.get("Action");
        String version = parameters.get("Version");
        if (action == null) {
            return refusal(
                    "MissingAction", "The request must contain the parameter Action", requestId);
        }
        if (!action.equals("GetCallerIdentity") || !StsXml.VERSION.equals(version)) {
            return refusal(
                    "InvalidAction",
                    "Could not find operation "
                            + action
                            + " for version "
                            + (version == null ? "NO_VERSION_SPECIFIED" : version)
                            + ". This server has GetCallerIdentity for version "
                            + StsXml.VERSION
                            + ".",
                    requestId);
        }
        return xml(200, StsXml.callerIdentity(principal, requestId), requestId);
    }

    private static HttpResponse refusal(String code, String message, String requestId) {
        var error = new StsError(400, code);
        return xml(400, StsXml.error(error, message, requestId), requestId);
    }

    private static HttpResponse xml(int status, String xml, String requestId) {
        return new HttpResponse(
                status,
                Headers.of("Content-Type", "text/xml", "x-amzn-RequestId", requestId),
                xml.getBytes(StandardCharsets.UTF_8));
    }
}
