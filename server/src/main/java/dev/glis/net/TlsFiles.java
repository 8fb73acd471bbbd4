package dev.glis.net;

import dev.glis.base.Fault;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.net.ssl.SSLException;

/**
 * A listener's TLS identity.
 *
 * @param certificates PEM: the server's certificate, then those that signed it
 * @param privateKey PEM, PKCS #8, without a password
 */
public record TlsFiles(Path certificates, Path privateKey) {
    SslContext load() {
        requireReadable(certificates, "certificate");
        requireReadable(privateKey, "private key");
        try {
            return SslContextBuilder.forServer(certificates.toFile(), privateKey.toFile()).build();
        } catch (SSLException | IllegalArgumentException e) {
            throw new Fault(
                    Fault.Kind.INVALID,
                    "tls-files",
                    "The TLS files "
                            + certificates
                            + " and "
                            + privateKey
                            + " do not hold a PEM certificate chain and its PKCS #8 private key: "
                            + e.getMessage(),
                    e);
        }
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
