package dev.glis.wire.gateway;

import dev.glis.base.Fault;
import dev.glis.base.Limits;
import dev.glis.net.Headers;
import dev.glis.net.UpstreamAnswer;
import dev.glis.net.UpstreamRequest;
import dev.glis.net.Upstreams;
import java.io.ByteArrayOutputStream;
import java.net.URI;
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
        URI uri = URI.create(address);
        var url = BackendUrl.of(address, java.util.Map.of(), "");
        try {
            var request =
                    new UpstreamRequest(
                            addresses.find(url.host(), url.port()),
                            url.host(),
                            url.secure(),
                            "GET",
                            url.target(),
                            Headers.of("Host", url.hostAndPort(), "Accept", "application/json"),
                            new byte[0],
                            TIMEOUT_MS);
            var content = new Content();
            upstreams.send(request, content);
            return content.whole.get(2 * TIMEOUT_MS, TimeUnit.MILLISECONDS);
        } catch (Fault | ExecutionException | TimeoutException e) {
            throw unavailable(uri, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable(uri, e);
        }
    }

    private static Fault unavailable(URI uri, Exception cause) {
        return new Fault(
                Fault.Kind.UNAVAILABLE,
                "issuer-unavailable",
                "Nothing could be read from " + uri.getHost(),
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
            whole.completeExceptionally(new java.io.IOException(why));
            if (flow != null) {
                flow.cancel();
            }
        }
    }
}
