package dev.glis.guest;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** The Runtime API's requests, over one connection; used by one thread. */
final class RuntimeApi {
    private static final String API = "/2018-06-01/runtime";

    private final HttpConnection connection;
    private final String end;
    private final byte[] next;

    private RuntimeApi(HttpConnection connection, String address) {
        this.connection = connection;
        this.end = " HTTP/1.1\r\nHost: " + address + "\r\n";
        this.next = bytes("GET " + API + "/invocation/next" + end + "\r\n");
    }

    static RuntimeApi open(String address) throws IOException {
        return new RuntimeApi(HttpConnection.open(address), address);
    }

    /** Waits for an invocation. */
    Invocation next() throws IOException {
        HttpConnection.Answer answer = connection.exchange(next, new byte[0]);
        String requestId = answer.header("lambda-runtime-aws-request-id");
        if (answer.status() != 200 || requestId == null) {
            throw new IOException(
                    "The Runtime API answered " + answer.status() + " to a request for work");
        }
        return new Invocation(requestId, answer);
    }

    void postResponse(Invocation invocation, byte[] body) throws IOException {
        post("/invocation/" + invocation.requestId() + "/response", "application/json", "", body);
    }

    void postError(Invocation invocation, ErrorDescription error) throws IOException {
        postError("/invocation/" + invocation.requestId() + "/error", error);
    }

    void postInitialisationError(ErrorDescription error) throws IOException {
        postError("/init/error", error);
    }

    private void postError(String path, ErrorDescription error) throws IOException {
        post(
                path,
                "application/vnd.aws.lambda.error+json",
                "Lambda-Runtime-Function-Error-Type: " + error.typeForHeader() + "\r\n",
                error.json());
    }

    private void post(String path, String type, String headers, byte[] body) throws IOException {
        connection.exchange(
                bytes(
                        "POST "
                                + API
                                + path
                                + end
                                + headers
                                + "Content-Type: "
                                + type
                                + "\r\nContent-Length: "
                                + body.length
                                + "\r\n\r\n"),
                body);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
