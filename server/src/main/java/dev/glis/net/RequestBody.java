package dev.glis.net;

import java.io.ByteArrayInputStream;
import java.io.InputStream;

/** The body of a request that is handled while it comes. */
public interface RequestBody {
    /** How many bytes the head announces, or {@link BodyRules#UNKNOWN}. */
    long announcedBytes();

    /**
     * The bytes. Reading blocks: it is for one virtual thread. A client that was told to wait with
     * its body sends it as soon as somebody reads. A body that does not come whole ends with a
     * {@link dev.glis.base.Fault}: INVALID {@code incomplete-body} or {@code request-timeout},
     * TOO_LARGE, or UNAVAILABLE when the bodies of all requests take too much memory. Once the
     * request is answered, reading fails.
     */
    InputStream stream();

    /** A body that is there already. */
    static RequestBody of(byte[] bytes) {
        return new RequestBody() {
            @Override
            public long announcedBytes() {
                return bytes.length;
            }

            @Override
            public InputStream stream() {
                return new ByteArrayInputStream(bytes);
            }
        };
    }
}
