package dev.glis.guest;

import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** The Runtime API's requests, over one connection; used by one thread. */
final class RuntimeApi implements Closeable {
    private static final String API = "/2018-06-01/runtime";

    private final HttpConnection connection;
    private final String end;
    private final byte[] next;

    /** Whether the next invocation has been asked for together with the last answer. */
    private boolean asked;

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
        if (asked) {
            connection.receiveAnswer(); // to the response, which tells nothing
        } else {
            connection.send(next);
        }
        asked = false;
        HttpConnection.Answer answer = connection.receiveAnswer();
        String requestId = answer.header("lambda-runtime-aws-request-id");
        if (answer.status() != 200 || requestId == null) {
            throw new IOException(
                    "The Runtime API answered " + answer.status() + " to a request for work");
        }
        return new Invocation(requestId, answer);
    }

    /** Answers, and asks for what comes next in the same breath: one packet instead of three. */
    void postResponse(Invocation invocation, byte[] body) throws IOException {
        String path = "/invocation/" + invocation.requestId() + "/response";
        connection.send(head(path, "application/json", "", body), body, next);
        asked = true;
    }

    void postError(Invocation invocation, ErrorDescription error) throws IOException {
        postError("/invocation/" + invocation.requestId() + "/error", error);
    }

    void postInitialisationError(ErrorDescription error) throws IOException {
        postError("/init/error", error);
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }

    private void postError(String path, ErrorDescription error) throws IOException {
        byte[] body = error.json();
        String type = "Lambda-Runtime-Function-Error-Type: " + error.typeForHeader() + "\r\n";
        connection.send(head(path, "application/vnd.aws.lambda.error+json", type, body), body);
        connection.receiveAnswer();
    }

    private byte[] head(String path, String type, String headers, byte[] body) {
        return bytes(
                "POST "
                        + API
                        + path
                        + end
                        + headers
                        + "Content-Type: "
                        + type
                        + "\r\nContent-Length: "
                        + body.length
                        + "\r\n\r\n");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
