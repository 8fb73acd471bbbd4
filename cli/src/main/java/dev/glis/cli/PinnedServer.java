package dev.glis.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * The server of this machine, known by the very certificate that it was started with. So its name
 * and who signed it do not matter: nobody else has that certificate's key.
 */
final class PinnedServer {
    private final Certificate certificate;

    private PinnedServer(Certificate certificate) {
        this.certificate = certificate;
    }

    /** The server whose certificate is the first in this PEM file. */
    static PinnedServer at(String file) {
        try (var stream = Files.newInputStream(Path.of(file))) {
            return new PinnedServer(
                    CertificateFactory.getInstance("X.509").generateCertificate(stream));
        } catch (IOException | GeneralSecurityException e) {
            throw new Failure(
                    "The server's certificate " + file + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** Makes a connection accept this server and no other. */
    void expectedBy(HttpsURLConnection connection) {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new OnlyThis()}, new SecureRandom());
            connection.setSSLSocketFactory(context.getSocketFactory());
            connection.setHostnameVerifier((host, session) -> true);
        } catch (GeneralSecurityException e) {
            throw new Failure("This Java cannot speak TLS: " + e.getMessage(), e);
        }
    }

    private final class OnlyThis implements X509TrustManager {
        @Override
        public void checkServerTrusted(X509Certificate[] chain, String method)
                throws CertificateException {
            if (!chain[0].equals(certificate)) {
                throw new CertificateException(
                        "it has another certificate than the one it was started with");
            }
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String method)
                throws CertificateException {
            throw new CertificateException("this is no server");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
