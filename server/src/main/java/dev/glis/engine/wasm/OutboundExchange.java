package dev.glis.engine.wasm;

import dev.glis.base.Limits;
import dev.glis.net.BodyBudget;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/** One request and its response, over a connection of their own. Any thread may close it. */
final class OutboundExchange implements AutoCloseable {
    private static final int MOST_ADDRESSES = 4;

    private final SSLSocketFactory tls;
    private final BodyBudget bodies;
    private int taken;
    private @Nullable Socket socket;
    private boolean closed;

    /** Not made yet. */
    OutboundExchange(SSLSocketFactory tls, BodyBudget bodies) {
        this.tls = tls;
        this.bodies = bodies;
    }

    /** Makes it; blocks until it is over, or closed. */
    OutboundAnswer make(OutboundTarget target, List<InetAddress> addresses, byte[] body)
            throws IOException {
        try (Socket connection = connect(target, addresses)) {
            connection.getOutputStream().write(target.head());
            connection.getOutputStream().write(body);
            connection.getOutputStream().flush();
            return new OutboundResponse(connection.getInputStream(), this::take)
                    .read(target.isHead());
        } finally {
            bodies.giveBack(taken);
        }
    }

    private boolean take(int more, int whole) {
        boolean room = bodies.take(more, whole);
        taken += room ? more : 0;
        return room;
    }

    private Socket connect(OutboundTarget target, List<InetAddress> addresses) throws IOException {
        IOException latest = null;
        for (InetAddress address :
                addresses.subList(0, Math.min(MOST_ADDRESSES, addresses.size()))) {
            try {
                return connect(target, address);
            } catch (IOException e) {
                latest = e;
            }
        }
        throw latest == null ? new IOException("There is no address") : latest;
    }

    private Socket connect(OutboundTarget target, InetAddress address) throws IOException {
        Socket plain = open();
        try {
            plain.setTcpNoDelay(true);
            plain.setSoTimeout(Limits.WASM_HTTP_IDLE_MS.intValue());
            plain.connect(
                    new InetSocketAddress(address, target.port()),
                    Limits.WASM_HTTP_CONNECT_MS.intValue());
            return target.secure() ? secured(plain, target) : plain;
        } catch (IOException | RuntimeException e) {
            plain.close();
            throw e;
        }
    }

    private synchronized Socket open() throws IOException {
        if (closed) {
            throw new IOException("Nobody waits for the request any more");
        }
        var opened = new Socket();
        socket = opened;
        return opened;
    }

    /** The certificate must be of the name in the URL, whatever the address. */
    private Socket secured(Socket plain, OutboundTarget target) throws IOException {
        var secured = (SSLSocket) tls.createSocket(plain, target.host(), target.port(), true);
        SSLParameters parameters = secured.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        secured.setSSLParameters(parameters);
        secured.startHandshake();
        return secured;
    }

    /** Ends it if it is still under way. */
    @Override
    public void close() {
        Socket open;
        synchronized (this) {
            closed = true;
            open = socket;
        }
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                System.getLogger(OutboundExchange.class.getName())
                        .log(System.Logger.Level.DEBUG, "Closing failed", e);
            }
        }
    }
}
