package dev.glis.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A name server that knows every host: it is this machine, or a part of it where nobody listens.
 */
final class TestDns implements AutoCloseable {
    private static final int HEADER_BYTES = 12;
    private static final int ADDRESS = 1;
    private static final int MOST_BYTES = 512;

    private final DatagramSocket socket;
    private final Set<String> lost = ConcurrentHashMap.newKeySet();

    TestDns() {
        try {
            socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        } catch (SocketException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::serve);
    }

    String hostAndPort() {
        return "127.0.0.1:" + socket.getLocalPort();
    }

    /** From now on, the host leads to where nobody listens. */
    void lose(String host) {
        lost.add(host);
    }

    void find(String host) {
        lost.remove(host);
    }

    private void serve() {
        var packet = new DatagramPacket(new byte[MOST_BYTES], MOST_BYTES);
        try {
            while (true) {
                packet.setLength(MOST_BYTES);
                socket.receive(packet);
                byte[] answer = answer(ByteBuffer.wrap(packet.getData(), 0, packet.getLength()));
                socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
            }
        } catch (IOException e) {
            if (!socket.isClosed()) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** To one question: its name's address if it asks for one, else nothing (RFC 1035). */
    private byte[] answer(ByteBuffer query) {
        short id = query.getShort(0);
        query.position(HEADER_BYTES);
        var labels = new ArrayList<String>();
        for (int length = query.get(); length > 0; length = query.get()) {
            var label = new byte[length];
            query.get(label);
            labels.add(new String(label, StandardCharsets.US_ASCII));
        }
        int type = query.getShort();
        int questionEnd = query.position() + Short.BYTES;
        var question = new byte[questionEnd - HEADER_BYTES];
        query.get(HEADER_BYTES, question);
        boolean found = type == ADDRESS;
        ByteBuffer answer =
                ByteBuffer.allocate(questionEnd + 16)
                        .putShort(id)
                        .putShort((short) 0x8580)
                        .putShort((short) 1)
                        .putShort((short) (found ? 1 : 0))
                        .putInt(0)
                        .put(question);
        if (found) {
            byte part = (byte) (lost.contains(String.join(".", labels)) ? 2 : 1);
            answer.putShort((short) 0xC00C)
                    .putShort((short) ADDRESS)
                    .putShort((short) 1)
                    .putInt(0)
                    .putShort((short) 4)
                    .put(new byte[] {127, 0, 0, part});
        }
        answer.flip();
        var bytes = new byte[answer.remaining()];
        answer.get(bytes);
        return bytes;
    }

    @Override
    public void close() {
        socket.close();
    }
}
