package dev.glis.triggers;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.glis.net.Headers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The body of a request in an event: as text where it is that, else in base 64. */
final class HttpBody {
    private HttpBody() {}

    /** Writes {@code body}, unless it is empty, and {@code isBase64Encoded}. */
    static void write(JsonGenerator out, Headers headers, byte[] body) throws IOException {
        String text = body.length == 0 ? null : text(headers, body);
        if (text != null) {
            out.writeStringField("body", text);
        } else if (body.length > 0) {
            out.writeStringField("body", Base64.getEncoder().encodeToString(body));
        }
        out.writeBooleanField("isBase64Encoded", body.length > 0 && text == null);
    }

    /** The body as text, if its type says it is text and it is. */
    private static @Nullable String text(Headers headers, byte[] body) {
        String type = headers.get("Content-Type", "").toLowerCase(Locale.ROOT);
        int parameters = type.indexOf(';');
        type = parameters < 0 ? type : type.substring(0, parameters).strip();
        if (!isText(type) || headers.get("Content-Encoding") != null) {
            return null;
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    private static boolean isText(String type) {
        return type.startsWith("text/")
                || type.equals("application/json")
                || type.equals("application/xml")
                || type.equals("application/javascript")
                || type.endsWith("+json")
                || type.endsWith("+xml");
    }
}
