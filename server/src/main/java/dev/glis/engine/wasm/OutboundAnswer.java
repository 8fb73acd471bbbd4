package dev.glis.engine.wasm;

import java.io.IOException;
import java.util.Optional;

/**
 * What came of an {@link OutboundRequest}.
 *
 * @param error {@link OutboundError#SUCCESS} when there is a response, whatever its status
 * @param headers lines of {@code NAME:VALUE}, the names in lower case
 */
record OutboundAnswer(OutboundError error, int status, String headers, byte[] body) {
    private static final byte[] NOTHING = {};

    static OutboundAnswer failed(OutboundError error) {
        return new OutboundAnswer(error, 0, "", NOTHING);
    }

    /** The first value of a header, of such lines. */
    static Optional<String> header(String headers, String lowerCaseName) {
        String begin = lowerCaseName + ":";
        return headers.lines()
                .filter(line -> line.startsWith(begin))
                .map(line -> line.substring(begin.length()))
                .findFirst();
    }

    FieldWriter write(FieldWriter fields) {
        return fields.octet(error.number()).number(status).text(headers).bytes(body);
    }

    static OutboundAnswer read(FieldReader fields) throws IOException {
        int number = fields.octet();
        OutboundError error =
                OutboundError.of(number)
                        .orElseThrow(() -> new IOException("There is no error " + number));
        return new OutboundAnswer(error, fields.number(), fields.text(), fields.bytes());
    }
}
