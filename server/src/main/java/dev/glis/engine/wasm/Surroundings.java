package dev.glis.engine.wasm;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What the program sees of the world in one call.
 *
 * @param arguments the first is its own name
 * @param environment as NAME=VALUE
 */
record Surroundings(
        List<byte[]> arguments,
        List<byte[]> environment,
        StandardStreams streams,
        OutboundSession http) {
    static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
