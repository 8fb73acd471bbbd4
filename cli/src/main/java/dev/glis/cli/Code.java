package dev.glis.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;

/**
 * A function's code, ready to be uploaded.
 *
 * @param family the language, as the runtime's name begins: {@code nodejs}, {@code python}, {@code
 *     java}, {@code wasm} or {@code provided}
 */
record Code(byte[] zip, String family, String handler) implements Deployable {
    @Override
    public String sha256() {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(zip);
            return Base64.getEncoder().encodeToString(digest);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This JDK has no SHA-256", e);
        }
    }

    @Override
    public long sizeBytes() {
        return zip.length;
    }

    @Override
    public String packageType() {
        return "Zip";
    }

    @Override
    public void addTo(ObjectNode request) {
        request.put("ZipFile", Base64.getEncoder().encodeToString(zip));
    }
}
