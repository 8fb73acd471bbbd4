package dev.glis.wire.lambda;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.base.Json;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Messages of {@code application/vnd.amazon.eventstream}, as InvokeWithResponseStream answers.
 *
 * <pre>
 *   total length (4) | headers' length (4) | CRC-32 of these (4) |
 *   headers: name length (1), name, type 7 = text (1), value length (2), value ... |
 *   payload | CRC-32 of all before (4)
 * </pre>
 */
final class EventStream {
    static final String CONTENT_TYPE = "application/vnd.amazon.eventstream";

    private static final int FRAME_BYTES = 16;
    private static final int TEXT = 7;
    private static final byte[] CHUNK_HEADERS = headers("PayloadChunk", "application/octet-stream");
    private static final byte[] COMPLETE_HEADERS = headers("InvokeComplete", "application/json");

    private EventStream() {}

    /** A part of the function's answer. */
    static byte[] payloadChunk(byte[] payload) {
        return message(CHUNK_HEADERS, payload);
    }

    /** The end; with an error when the function failed. */
    static byte[] invokeComplete(
            @Nullable String errorCode, @Nullable String errorDetails, @Nullable String logResult) {
        ObjectNode body = Json.object();
        putUnlessNull(body, "ErrorCode", errorCode);
        putUnlessNull(body, "ErrorDetails", errorDetails);
        putUnlessNull(body, "LogResult", logResult);
        return message(COMPLETE_HEADERS, Json.bytes(body));
    }

    private static void putUnlessNull(ObjectNode body, String name, @Nullable String value) {
        if (value != null) {
            body.put(name, value);
        }
    }

    private static byte[] message(byte[] headers, byte[] payload) {
        int total = FRAME_BYTES + headers.length + payload.length;
        byte[] bytes = new byte[total];
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        buffer.putInt(total).putInt(headers.length);
        buffer.putInt(checksum(bytes, buffer.position()));
        buffer.put(headers).put(payload);
        buffer.putInt(checksum(bytes, buffer.position()));
        return bytes;
    }

    private static int checksum(byte[] bytes, int length) {
        var crc = new CRC32();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }

    private static byte[] headers(String eventType, String contentType) {
        var bytes = new ByteArrayOutputStream();
        header(bytes, ":event-type", eventType);
        header(bytes, ":content-type", contentType);
        header(bytes, ":message-type", "event");
        return bytes.toByteArray();
    }

    private static void header(ByteArrayOutputStream bytes, String name, String value) {
        byte[] nameBytes = name.getBytes(StandardCharsets.UTF_8);
        byte[] valueBytes = value.getBytes(StandardCharsets.UTF_8);
        bytes.write(nameBytes.length);
        bytes.writeBytes(nameBytes);
        bytes.write(TEXT);
        bytes.write(valueBytes.length >> 8);
        bytes.write(valueBytes.length);
        bytes.writeBytes(valueBytes);
    }
}
