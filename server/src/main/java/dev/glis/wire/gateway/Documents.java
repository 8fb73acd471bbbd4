package dev.glis.wire.gateway;

import dev.glis.apis.Backend;
import dev.glis.base.Fault;
import dev.glis.base.Limits;
import dev.glis.net.Headers;
import dev.glis.net.UpstreamAnswer;
import dev.glis.net.UpstreamRequest;
import dev.glis.net.Upstreams;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Fetches small documents, such as keys of issuers, from where backends may be; blocks. */
final class Documents {
    private static final long TIMEOUT_MS = 5_000;

    private final Upstreams upstreams;
    private final BackendAddresses addresses;

    Documents(Upstreams upstreams, BackendAddresses addresses) {
        this.upstreams = upstreams;
        this.addresses = addresses;
    }

    /**
     * The content at an address; redirections are not followed.
     *
     * @throws Fault UNAVAILABLE when there is none to be had
     */
    byte[] fetch(String address) {
        var from = Backend.Http.of(address);
        try {
            var request =
                    new UpstreamRequest(
                            addresses.find(from.host(), from.port()),
                            from.host(),
                            from.secure(),
                            "GET",
                            from.target(),
                            Headers.of("Host", from.authority(), "Accept", "application/json"),
                            new byte[0],
                            TIMEOUT_MS);
            var content = new Content();
            upstreams.send(request, content);
            return content.whole.get(2 * TIMEOUT_MS, TimeUnit.MILLISECONDS);
        } catch (Fault | ExecutionException | TimeoutException e) {
            throw unavailable(from.host(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable(from.host(), e);
        }
    }

    private static Fault unavailable(String host, Exception cause) {
        return new Fault(
                Fault.Kind.UNAVAILABLE,
                "issuer-unavailable",
                "Nothing could be read from " + host,
                cause);
    }

    /** Gathers an answer. */
    private static final class Content implements UpstreamAnswer {
        private final CompletableFuture<byte[]> whole = new CompletableFuture<>();
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private @Nullable Flow flow;

        @Override
        public void head(int status, Headers headers, long length, Flow answerFlow) {
            flow = answerFlow;
            if (status != 200) {
                fail("status " + status);
            }
        }

        @Override
        public boolean part(byte[] part) {
            bytes.writeBytes(part);
            if (bytes.size() > Limits.API_KEYS_BYTES.value()) {
                fail("more than " + Limits.API_KEYS_BYTES.value() + " bytes");
            }
            return true;
        }

        @Override
        public void end() {
            whole.complete(bytes.toByteArray());
        }

        @Override
        public void failed(Failure failure) {
            fail(failure.name());
        }

        private void fail(String why) {
            whole.completeExceptionally(new IOException(why));
            if (flow != null) {
                flow.cancel();
            }
        }
    }
}
