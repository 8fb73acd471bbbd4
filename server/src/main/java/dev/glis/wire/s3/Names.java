package dev.glis.wire.s3;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * How keys stand in a listing: as they are, or, because XML cannot hold every character, encoded.
 */
record Names(boolean encoded) {
    static Names of(S3Call call) {
        String type = call.parameter("encoding-type");
        if (type != null && !type.equals("url")) {
            throw S3Refusal.invalidArgument(
                    "Invalid Encoding Method specified in Request", "encoding-type", type);
        }
        return new Names(type != null);
    }

    void text(XmlText xml, String element, String key) {
        xml.text(element, encoded ? encode(key) : key);
    }

    private static String encode(String key) {
        return URLEncoder.encode(key, StandardCharsets.UTF_8).replace("%2F", "/");
    }
}
