package dev.glis.engine;

import java.util.List;

/**
 * The head of an HTTP request for a function that is an HTTP server. The request's body is the
 * invocation's payload.
 *
 * @param target path and query as they came, still percent-encoded
 * @param fields alternating names and values
 */
public record HttpCall(String method, String target, List<String> fields) {
    /**
     * Of the content that answers an HTTP call: a JSON object of status, headers and cookies, then
     * eight zero bytes, then the body. Lambda's runtimes answer function URLs so.
     */
    public static final String ANSWER_TYPE = "application/vnd.awslambda.http-integration-response";

    public HttpCall {
        fields = List.copyOf(fields);
    }
}
