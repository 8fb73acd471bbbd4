package dev.glis.wire.gateway;

import dev.glis.net.Headers;
import dev.glis.net.HttpRequest;
import dev.glis.net.HttpResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What a cache has under a key. */
sealed interface CachedAnswer {
    /** How long it is kept. */
    Duration ttl();

    /** Roughly how much memory it takes. */
    int bytes();

    /** An answer of the backend. */
    record Kept(int status, Headers headers, byte[] body, long storedNanos, Duration ttl)
            implements CachedAnswer {
        private static final int NOT_MODIFIED = 304;

        /** What a request is answered with. */
        HttpResponse to(HttpRequest request, long nowNanos) {
            Headers copy = headers.copy();
            long ageSeconds = TimeUnit.NANOSECONDS.toSeconds(nowNanos - storedNanos);
            copy.set("Age", Long.toString(ageSeconds));
            return isKnownTo(request)
                    ? new HttpResponse(NOT_MODIFIED, copy, new byte[0])
                    : new HttpResponse(status, copy, body);
        }

        /** Whether the client has this answer already (RFC 9110, section 13.1.2). */
        private boolean isKnownTo(HttpRequest request) {
            String tag = headers.get("ETag");
            List<String> known = request.headers().all("If-None-Match");
            if (!known.isEmpty()) {
                return tag != null
                        && known.stream()
                                .flatMap(value -> Arrays.stream(value.split(",")))
                                .map(String::strip)
                                .anyMatch(each -> each.equals("*") || weak(each).equals(weak(tag)));
            }
            String modified = headers.get("Last-Modified");
            return modified != null
                    && modified.equals(request.headers().get("If-Modified-Since", ""));
        }

        private static String weak(String tag) {
            return tag.startsWith("W/") ? tag.substring(2) : tag;
        }

        @Override
        public int bytes() {
            int sum = body.length;
            for (int i = 0; i < headers.size(); i++) {
                sum += headers.name(i).length() + headers.value(i).length();
            }
            return sum;
        }
    }

    /** There are several answers, by these fields of requests. */
    record Varying(List<String> headers, Duration ttl) implements CachedAnswer {
        @Override
        public int bytes() {
            return headers.stream().mapToInt(String::length).sum();
        }
    }

    /** The backend's answers are not to be kept: nobody need wait for one. */
    record Passed(Duration ttl) implements CachedAnswer {
        @Override
        public int bytes() {
            return 0;
        }
    }
}
