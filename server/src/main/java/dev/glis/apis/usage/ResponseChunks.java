package dev.glis.apis.usage;

import dev.glis.apis.usage.Served.Captured;
import dev.glis.apis.usage.Served.Latency;
import dev.glis.logs.Packed;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Responses of one API as the content of a chunk. A text that many have in common, such as a route,
 * is written once and then as its number; numbers are as short as they can be.
 */
final class ResponseChunks {
    private static final int FORMAT = 1;
    private static final int EXPECTED_BYTES_EACH = 64;
    private static final int NANOS_PER_SECOND = 1_000_000_000;

    private ResponseChunks() {}

    static byte[] encode(List<Served> responses) {
        return Packed.pack(
                FORMAT,
                256 + responses.size() * EXPECTED_BYTES_EACH,
                out -> new Encoder(out).write(responses));
    }

    /** The responses that {@link #encode} made these bytes of. */
    static List<Served> decode(byte[] content, String accountId, String apiId) {
        return Packed.unpack(content, FORMAT, in -> new Decoder(in, accountId, apiId).read());
    }

    private static final class Encoder {
        private final DataOutputStream out;
        private final Map<String, Integer> texts = new HashMap<>();

        Encoder(DataOutputStream out) {
            this.out = out;
        }

        void write(List<Served> responses) throws IOException {
            number(responses.size());
            for (Served response : responses) {
                write(response);
            }
        }

        private void write(Served response) throws IOException {
            Instant time = response.time();
            out.writeLong(time.getEpochSecond());
            number(time.getNano());
            bytes(response.requestId().getBytes(StandardCharsets.UTF_8));
            text(response.stage());
            text(response.route());
            text(response.clientId() == null ? "" : response.clientId());
            text(response.sourceIp());
            text(response.method());
            text(response.path());
            number(response.status());
            number(response.requestBytes());
            number(response.responseBytes());
            number(response.latency().totalUs());
            number(response.latency().waitUs());
            number(response.latency().initialisationUs());
            number(response.latency().backendUs());
            text(response.error());
            write(response.exchange());
        }

        private void write(@Nullable Captured exchange) throws IOException {
            out.writeBoolean(exchange != null);
            if (exchange != null) {
                text(exchange.requestHeaders());
                bytes(exchange.request());
                text(exchange.responseHeaders());
                bytes(exchange.response());
            }
        }

        private void text(String text) throws IOException {
            Integer known = texts.putIfAbsent(text, texts.size() + 1);
            if (known != null) {
                number(known);
            } else {
                number(0);
                bytes(text.getBytes(StandardCharsets.UTF_8));
            }
        }

        private void bytes(byte[] bytes) throws IOException {
            number(bytes.length);
            out.write(bytes);
        }

        private void number(long number) throws IOException {
            long rest = Math.max(0, number);
            while (rest >= 0x80) {
                out.writeByte((int) ((rest & 0x7f) | 0x80));
                rest >>>= 7;
            }
            out.writeByte((int) rest);
        }
    }

    private static final class Decoder {
        private final DataInputStream in;
        private final String accountId;
        private final String apiId;
        private final List<String> texts = new ArrayList<>();

        Decoder(DataInputStream in, String accountId, String apiId) {
            this.in = in;
            this.accountId = accountId;
            this.apiId = apiId;
        }

        List<Served> read() throws IOException {
            int count = count();
            var responses = new ArrayList<Served>(count);
            for (int i = 0; i < count; i++) {
                responses.add(response());
            }
            return responses;
        }

        private Served response() throws IOException {
            Instant time = Instant.ofEpochSecond(in.readLong(), nanos());
            String requestId = new String(bytes(), StandardCharsets.UTF_8);
            String stage = text();
            String route = text();
            String clientId = text();
            String sourceIp = text();
            String method = text();
            String path = text();
            int status = count();
            long requestBytes = number();
            long responseBytes = number();
            var latency = new Latency(number(), number(), number(), number());
            return new Served(
                    time,
                    requestId,
                    accountId,
                    apiId,
                    stage,
                    route,
                    clientId.isEmpty() ? null : clientId,
                    sourceIp,
                    method,
                    path,
                    status,
                    requestBytes,
                    responseBytes,
                    latency,
                    text(),
                    exchange());
        }

        private @Nullable Captured exchange() throws IOException {
            return in.readBoolean() ? new Captured(text(), bytes(), text(), bytes()) : null;
        }

        private long nanos() throws IOException {
            long nanos = number();
            if (nanos >= NANOS_PER_SECOND) {
                throw new IOException("A time is damaged");
            }
            return nanos;
        }

        private String text() throws IOException {
            int number = count();
            if (number > texts.size()) {
                throw new IOException("A text is missing");
            }
            if (number > 0) {
                return texts.get(number - 1);
            }
            String text = new String(bytes(), StandardCharsets.UTF_8);
            texts.add(text);
            return text;
        }

        private byte[] bytes() throws IOException {
            return in.readNBytes(count());
        }

        private int count() throws IOException {
            long number = number();
            if (number > Integer.MAX_VALUE) {
                throw new IOException("A number is damaged");
            }
            return (int) number;
        }

        private long number() throws IOException {
            long number = 0;
            for (int shift = 0; shift < Long.SIZE; shift += 7) {
                int part = in.readUnsignedByte();
                number |= (long) (part & 0x7f) << shift;
                if (part < 0x80) {
                    return number;
                }
            }
            throw new IOException("A number is damaged");
        }
    }
}
