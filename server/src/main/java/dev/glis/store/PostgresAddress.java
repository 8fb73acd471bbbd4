package dev.glis.store;

import dev.glis.base.Fault;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A PostgreSQL server in the form {@code postgresql://user:password@host:port/name?option=value},
 * where an option is one of the driver's, such as {@code sslmode}. Its text never shows the
 * password.
 */
record PostgresAddress(String jdbcUrl, Map<String, String> properties) {
    static PostgresAddress parse(String text) {
        URI uri = uri(text);
        String host = uri.getHost();
        String path = uri.getRawPath();
        String user = uri.getRawUserInfo();
        boolean known = "postgresql".equals(uri.getScheme()) || "postgres".equals(uri.getScheme());
        if (!known || host == null || user == null || path == null || path.length() < 2) {
            throw invalid();
        }
        var properties = new LinkedHashMap<String, String>();
        int colon = user.indexOf(':');
        properties.put("user", decode(colon < 0 ? user : user.substring(0, colon)));
        if (colon >= 0) {
            properties.put("password", decode(user.substring(colon + 1)));
        }
        properties.putAll(options(uri.getRawQuery() == null ? "" : uri.getRawQuery()));
        int port = uri.getPort() < 0 ? 5432 : uri.getPort();
        return new PostgresAddress("jdbc:postgresql://" + host + ":" + port + path, properties);
    }

    private static Map<String, String> options(String query) {
        var options = new LinkedHashMap<String, String>();
        for (String option : query.split("&")) {
            if (!option.isEmpty()) {
                int equals = option.indexOf('=');
                if (equals < 1) {
                    throw invalid();
                }
                options.put(
                        decode(option.substring(0, equals)), decode(option.substring(equals + 1)));
            }
        }
        return options;
    }

    private static URI uri(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            throw invalid();
        }
    }

    private static String decode(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static Fault invalid() {
        return Fault.invalid(
                "The store's address must have the form"
                        + " postgresql://user:password@host:port/name?option=value, with special"
                        + " characters in user and password as %xx");
    }

    /** Without the password. */
    @Override
    public String toString() {
        return jdbcUrl;
    }
}
