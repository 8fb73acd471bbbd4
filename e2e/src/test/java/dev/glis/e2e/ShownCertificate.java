package dev.glis.e2e;

import java.io.IOException;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** Which certificate a server on this machine shows for a host name, whoever signed it. */
final class ShownCertificate {
    private static final int PATIENCE_MS = 20_000;

    private ShownCertificate() {}

    /** Its serial number, hexadecimal; empty when the handshake is refused. */
    static String serial(int port, String host) throws IOException, GeneralSecurityException {
        var context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new Everybody()}, new SecureRandom());
        var loopback = InetAddress.getLoopbackAddress();
        try (var socket = (SSLSocket) context.getSocketFactory().createSocket(loopback, port)) {
            socket.setSoTimeout(PATIENCE_MS);
            var parameters = socket.getSSLParameters();
            parameters.setServerNames(List.of(new SNIHostName(host)));
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            var shown = (X509Certificate) socket.getSession().getPeerCertificates()[0];
            return shown.getSerialNumber().toString(16);
        } catch (SSLException e) {
            return "";
        }
    }

    /** Trusts everybody: what is looked at is the certificate itself. */
    private static final class Everybody implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
