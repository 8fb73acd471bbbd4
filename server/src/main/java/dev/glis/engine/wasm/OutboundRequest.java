package dev.glis.engine.wasm;

import java.io.IOException;

/**
 * What a program asks of the world by HTTP.
 *
 * @param headers lines of {@code NAME:VALUE}
 */
record OutboundRequest(String url, String method, String headers, byte[] body) {
    FieldWriter write(FieldWriter fields) {
        return fields.text(url).text(method).text(headers).bytes(body);
    }

    static OutboundRequest read(FieldReader fields) throws IOException {
        return new OutboundRequest(fields.text(), fields.text(), fields.text(), fields.bytes());
    }

    long size() {
        return (long) url.length() + method.length() + headers.length() + body.length;
    }
}
