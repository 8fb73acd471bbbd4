package dev.glis.net;

import dev.glis.base.Fault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A listener's TLS identity.
 *
 * @param certificates PEM: the server's certificate, then those that signed it
 * @param privateKey PEM, PKCS #8, without a password
 */
public record TlsFiles(Path certificates, Path privateKey) {
    TlsIdentity load() {
        requireReadable(certificates, "certificate");
        requireReadable(privateKey, "private key");
        try {
            return TlsIdentity.of(text(certificates), text(privateKey));
        } catch (IOException e) {
            throw unusable(String.valueOf(e.getMessage()), e);
        } catch (TlsIdentity.Unusable e) {
            throw unusable(e.why(), e);
        }
    }

    private static String text(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.ISO_8859_1);
    }

    private Fault unusable(String why, Exception cause) {
        return new Fault(
                Fault.Kind.INVALID,
                "tls-files",
                "The TLS files "
                        + certificates
                        + " and "
                        + privateKey
                        + " do not hold a PEM certificate chain and its PKCS #8 private key: "
                        + why,
                cause);
    }

    private static void requireReadable(Path file, String what) {
        if (!Files.isReadable(file)) {
            throw new Fault(
                    Fault.Kind.INVALID,
                    "tls-files",
                    "The TLS " + what + " file " + file + " does not exist or cannot be read");
        }
    }
}
