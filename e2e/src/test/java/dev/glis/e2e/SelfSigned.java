package dev.glis.e2e;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;

/** PEM files of a certificate that signs itself, for this machine unless other names are given. */
record SelfSigned(Path certificate, Path key) {
    private static final String PASSWORD = "password";

    static SelfSigned make(Path folder) throws Exception {
        return make(folder, "dns:localhost,ip:127.0.0.1");
    }

    /** As the other, for these names, such as {@code dns:shop.example.com}. */
    static SelfSigned make(Path folder, String names) throws Exception {
        Path store = folder.resolve("keys.p12");
        keytool(
                store,
                "-genkeypair",
                "-keyalg",
                "RSA",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=" + names);
        Path certificate = folder.resolve("certificate.pem");
        keytool(store, "-exportcert", "-rfc", "-file", certificate.toString());
        var keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
        byte[] key = keys.getKey("server", PASSWORD.toCharArray()).getEncoded();
        var lines = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));
        Path keyFile =
                Files.writeString(
                        folder.resolve("key.pem"),
                        "-----BEGIN PRIVATE KEY-----\n"
                                + lines.encodeToString(key)
                                + "\n-----END PRIVATE KEY-----\n");
        return new SelfSigned(certificate, keyFile);
    }

    private static void keytool(Path store, String... arguments) throws Exception {
        var command = new java.util.ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin/keytool").toString());
        command.addAll(List.of(arguments));
        command.addAll(List.of("-alias", "server", "-storetype", "PKCS12"));
        command.addAll(List.of("-keystore", store.toString(), "-storepass", PASSWORD));
        int status = new ProcessBuilder(command).inheritIO().start().waitFor();
        if (status != 0) {
            throw new IllegalStateException("keytool failed: " + command);
        }
    }
}
