package dev.glis.net.testing;

import dev.glis.net.TlsFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A certificate for localhost that signs itself, made by the JDK's keytool.
 *
 * @param files as a server needs them
 * @param context for servers that have it, and for clients that trust it
 */
public record TestCertificate(TlsFiles files, SSLContext context) {
    private static final char[] PASSWORD = "password".toCharArray();

    /** Makes one, with its files in this folder. */
    public static TestCertificate make(Path folder)
            throws IOException, InterruptedException, GeneralSecurityException {
        return make(folder, "dns:localhost,dns:*.lambda-url.localhost,ip:127.0.0.1");
    }

    /** Makes one for these names, such as {@code dns:localhost}. */
    public static TestCertificate make(Path folder, String names)
            throws IOException, InterruptedException, GeneralSecurityException {
        Path store = folder.resolve("keys.p12");
        generate(store, names);
        var keys = KeyStore.getInstance(store.toFile(), PASSWORD);
        var files = new TlsFiles(folder.resolve("certificate.pem"), folder.resolve("key.pem"));
        write(files.certificates(), "CERTIFICATE", keys.getCertificate("server").getEncoded());
        write(files.privateKey(), "PRIVATE KEY", keys.getKey("server", PASSWORD).getEncoded());
        return new TestCertificate(files, havingAndTrusting(keys));
    }

    private static void generate(Path store, String names)
            throws IOException, InterruptedException {
        var command =
                List.of(
                        Path.of(System.getProperty("java.home"), "bin/keytool").toString(),
                        "-genkeypair",
                        "-alias",
                        "server",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "san=" + names,
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        new String(PASSWORD));
        int status = new ProcessBuilder(command).inheritIO().start().waitFor();
        if (status != 0) {
            throw new IOException("keytool failed with status " + status);
        }
    }

    private static void write(Path file, String what, byte[] content) throws IOException {
        var encoder = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));
        Files.writeString(
                file,
                "-----BEGIN %s-----\n%s\n-----END %s-----\n"
                        .formatted(what, encoder.encodeToString(content), what));
    }

    private static SSLContext havingAndTrusting(KeyStore keys)
            throws IOException, GeneralSecurityException {
        var own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        own.init(keys, PASSWORD);
        var trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        trusted.setCertificateEntry("server", keys.getCertificate("server"));
        var managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(trusted);
        var context = SSLContext.getInstance("TLS");
        context.init(own.getKeyManagers(), managers.getTrustManagers(), null);
        return context;
    }
}
