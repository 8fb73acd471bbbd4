package dev.glis.wire.admin;

import dev.glis.net.BodyPump;
import dev.glis.net.Headers;
import dev.glis.net.HttpResponder;
import java.io.IOException;
import java.io.InputStream;

/** Sends the bytes of a blob as fast as the client takes them. Runs on a virtual thread. */
final class BlobStream {
    private static final System.Logger LOG = System.getLogger(BlobStream.class.getName());

    private final InputStream blob;

    BlobStream(InputStream blob) {
        this.blob = blob;
    }

    void sendTo(HttpResponder responder) {
        var body = responder.stream(200, Headers.of("Content-Type", "application/octet-stream"));
        try (blob) {
            BodyPump.pump(blob, body);
            body.end();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "A blob could not be read", e);
            body.abort();
        }
    }
}
