package dev.glis.apis;

import dev.glis.net.Headers;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/** What answers the requests of a route. */
public sealed interface Backend {
    /**
     * A function of the API's account.
     *
     * @param function its name, with {@code :version} or {@code :alias} if not the latest code
     * @param payload how it sees a request, unless it is an HTTP server itself
     * @param other takes a part of the requests instead; null when this one takes all
     */
    record Function(String function, Payload payload, @Nullable Share other) implements Backend {}

    /**
     * A part of a route's requests.
     *
     * @param percent more than 0, less than 100
     */
    record Share(String function, double percent) {}

    /** The forms of events that API Gateway has. */
    enum Payload {
        /** Of REST APIs. */
        VERSION_1("1.0"),
        /** Of HTTP APIs and function URLs. */
        VERSION_2("2.0");

        private final String version;

        Payload(String version) {
            this.version = version;
        }

        /** As the event says it. */
        public String version() {
            return version;
        }
    }

    /**
     * An HTTP server. Its answer is passed on as it comes.
     *
     * @param url absolute; {@code {variable}} takes the route's variable of that name
     * @param target path and query of the URL, with the variables in it
     */
    record Http(String url, boolean secure, String host, int port, String target)
            implements Backend {
        private static final int HTTP_PORT = 80;
        private static final int HTTPS_PORT = 443;

        /**
         * Takes a URL apart.
         *
         * @param url with the scheme http or https, whose host has no variables but those of a
         *     stage, which are filled in before it is served
         */
        public static Http of(String url) {
            int targetStart = url.indexOf('/', url.indexOf("//") + 2);
            String origin = targetStart < 0 ? url : url.substring(0, targetStart);
            boolean secure = url.regionMatches(true, 0, "https", 0, "https".length());
            String target = targetStart < 0 ? "/" : url.substring(targetStart);
            if (StageSettings.isVariable(origin)) {
                String host = origin.substring(origin.indexOf("//") + 2);
                return new Http(url, secure, host, usualPort(secure), target);
            }
            URI server = URI.create(origin);
            int port = server.getPort() < 0 ? usualPort(secure) : server.getPort();
            return new Http(url, secure, server.getHost(), port, target);
        }

        private static int usualPort(boolean secure) {
            return secure ? HTTPS_PORT : HTTP_PORT;
        }

        /** As the field {@code Host} names the server. */
        public String authority() {
            return port == usualPort(secure) ? host : host + ":" + port;
        }
    }

    /** Always the same answer. */
    record Mock(int status, Headers headers, String body) implements Backend {}
}
