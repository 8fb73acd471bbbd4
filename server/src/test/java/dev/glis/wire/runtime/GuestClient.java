package dev.glis.wire.runtime;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** A guest that writes HTTP by hand, so that it can also write what is no HTTP. */
final class GuestClient implements AutoCloseable {
    private static final int PATIENCE_MS = 10_000;
    private final Socket socket = new Socket();
    private final InputStream in;

    GuestClient(InetSocketAddress address) throws IOException {
        socket.connect(address);
        socket.setSoTimeout(PATIENCE_MS);
        in = new BufferedInputStream(socket.getInputStream());
    }

    /** A response; header names in lower case, a missing header is empty. */
    record Reply(int status, Map<String, String> headers, String body) {
        String header(String name) {
            return headers.getOrDefault(name, "");
        }
    }

    Reply exchange(String method, String path, String headers, String body) throws IOException {
        send(method, path, headers, body);
        return receive();
    }

    void send(String method, String path, String headers, String body) throws IOException {
        int length = body.getBytes(StandardCharsets.UTF_8).length;
        sendRaw(
                method
                        + " "
                        + path
                        + " HTTP/1.1\r\nHost: x\r\n"
                        + headers
                        + "Content-Length: "
                        + length
                        + "\r\n\r\n"
                        + body);
    }

    /** Sends a body of that length; the server may stop reading before its end. */
    Reply exchangeLong(String path, long length) throws IOException {
        sendRaw("POST " + path + " HTTP/1.1\r\nHost: x\r\nContent-Length: " + length + "\r\n\r\n");
        socket.getOutputStream().write(new byte[(int) length]);
        return receive();
    }

    Reply exchangeChunked(String path, String headers, String chunks) throws IOException {
        sendRaw(
                "POST "
                        + path
                        + " HTTP/1.1\r\nHost: x\r\n"
                        + "Lambda-Runtime-Function-Response-Mode: streaming\r\n"
                        + headers
                        + "Transfer-Encoding: chunked\r\n\r\n"
                        + chunks);
        return receive();
    }

    void sendRaw(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    }

    Reply receive() throws IOException {
        int status = Integer.parseInt(line().split(" ", 3)[1]);
        var headers = new HashMap<String, String>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            String[] parts = line.split(": ", 2);
            headers.put(parts[0].toLowerCase(Locale.ROOT), parts[1]);
        }
        int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
        return new Reply(
                status, headers, new String(in.readNBytes(length), StandardCharsets.UTF_8));
    }

    private String line() throws IOException {
        var line = new ByteArrayOutputStream();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new IOException("The server closed the connection");
            }
            if (c != '\r') {
                line.write(c);
            }
        }
        return line.toString(StandardCharsets.UTF_8);
    }

    boolean isClosedByServer() throws IOException {
        try {
            return in.read() < 0;
        } catch (SocketException e) {
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
