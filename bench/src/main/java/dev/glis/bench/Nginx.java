package dev.glis.bench;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * An nginx that is both the backend of APIs and what the gateway is compared with: one port answers
 * with five bytes, the other is a reverse proxy in front of the first, with {@code limit_req}.
 */
final class Nginx implements AutoCloseable {
    private static final String CONFIGURATION =
            """
            daemon off;
            worker_processes 2;
            pid FOLDER/nginx.pid;
            error_log FOLDER/error.log;
            events { worker_connections 1024; }
            http {
                access_log off;
                client_body_temp_path FOLDER/body;
                proxy_temp_path FOLDER/proxy;
                fastcgi_temp_path FOLDER/fastcgi;
                uwsgi_temp_path FOLDER/uwsgi;
                scgi_temp_path FOLDER/scgi;
                keepalive_requests 1000000000;
                limit_req_zone $http_x_client_id zone=clients:10m rate=1000000r/s;
                upstream backend { server 127.0.0.1:BACKEND; keepalive 64;
                                   keepalive_requests 1000000000; }
                server { listen 127.0.0.1:BACKEND reuseport; location / { return 200 hello; } }
                server {
                    listen 127.0.0.1:PROXY reuseport;
                    location / {
                        limit_req zone=clients burst=100000 nodelay;
                        proxy_pass http://backend;
                        proxy_http_version 1.1;
                        proxy_set_header Connection "";
                    }
                }
            }
            """;
    private static final int PATIENCE_TENTHS = 100;

    private final Process process;
    private final int backendPort;

    private Nginx(Process process, int backendPort) {
        this.process = process;
        this.backendPort = backendPort;
    }

    /** Starts it; the proxy has the port after the backend's. */
    static Nginx start(Path program, int backendPort) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("glis-bench-nginx-");
        Path file = folder.resolve("nginx.conf");
        Files.writeString(
                file,
                CONFIGURATION
                        .replace("FOLDER", folder.toString())
                        .replace("BACKEND", "" + backendPort)
                        .replace("PROXY", "" + (backendPort + 1)));
        var started =
                new ProcessBuilder(program.toString(), "-c", file.toString()).inheritIO().start();
        var nginx = new Nginx(started, backendPort);
        nginx.awaitReady();
        return nginx;
    }

    private void awaitReady() throws IOException, InterruptedException {
        for (int tenth = 0; tenth < PATIENCE_TENTHS; tenth++) {
            Load.Subject proxy = proxy();
            try (var connection = new RawConnection(proxy.address())) {
                connection.exchange(proxy.requests().getFirst());
                return;
            } catch (IOException e) {
                TimeUnit.MILLISECONDS.sleep(100);
            }
        }
        close();
        throw new IOException("nginx does not answer");
    }

    Load.Subject backend() {
        return subject("backend alone", backendPort);
    }

    Load.Subject proxy() {
        return subject("nginx, limit_req", backendPort + 1);
    }

    private static Load.Subject subject(String name, int port) {
        byte[] request =
                "GET / HTTP/1.1\r\nHost: localhost\r\nX-Client-Id: bench\r\n\r\n"
                        .getBytes(StandardCharsets.US_ASCII);
        return new Load.Subject(name, URI.create("http://127.0.0.1:" + port), request);
    }

    @Override
    public void close() {
        process.destroy();
    }
}
