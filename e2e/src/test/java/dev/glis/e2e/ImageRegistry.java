package dev.glis.e2e;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;

/** Debian's docker-registry on a free port, for one user. */
final class ImageRegistry implements AutoCloseable {
    static final String USER = "glis";
    static final String PASSWORD = "secret";
    private static final String HASH =
            "$2b$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a";

    private final Process process;
    private final String address;

    private ImageRegistry(Process process, String address) {
        this.process = process;
        this.address = address;
    }

    /** Starts one that keeps its images in the folder. */
    static ImageRegistry start(Path folder) throws Exception {
        int port = freePort();
        Files.writeString(folder.resolve("htpasswd"), USER + ":" + HASH + "\n");
        Path configuration = folder.resolve("registry.yml");
        Files.writeString(
                configuration,
                """
                version: 0.1
                storage:
                  filesystem:
                    rootdirectory: %s
                http:
                  addr: 127.0.0.1:%d
                auth:
                  htpasswd:
                    realm: test
                    path: %s
                """
                        .formatted(folder.resolve("store"), port, folder.resolve("htpasswd")));
        var process =
                new ProcessBuilder("docker-registry", "serve", configuration.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("registry.log").toFile())
                        .start();
        var registry = new ImageRegistry(process, "127.0.0.1:" + port);
        Eventually.holds(() -> answers(port), answering -> answering);
        return registry;
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static boolean answers(int port) {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    String address() {
        return address;
    }

    @Override
    public void close() {
        process.destroy();
        int ignored = process.onExit().join().exitValue();
    }
}
