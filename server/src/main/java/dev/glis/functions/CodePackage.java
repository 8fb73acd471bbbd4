package dev.glis.functions;

import java.util.Base64;
import java.util.HexFormat;

/**
 * A zip file of code that has been checked.
 *
 * @param sha256 of the zip file, in lower-case hexadecimal digits
 */
public record CodePackage(String sha256, long sizeBytes, long unpackedBytes) {
    /** The hash in base 64, as Lambda shows it. */
    public String base64() {
        return Base64.getEncoder().encodeToString(HexFormat.of().parseHex(sha256));
    }
}
