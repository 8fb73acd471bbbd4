package dev.glis.triggers;

import dev.glis.engine.HttpCall;
import dev.glis.net.Headers;
import java.util.ArrayList;
import java.util.List;

/** Requests to function URLs, as functions that are HTTP servers get them. */
final class UrlCalls {
    private static final String FORWARDED_FOR = "X-Forwarded-For";

    private UrlCalls() {}

    /** The head of the request, with what proxies tell of where it came from. */
    static HttpCall http(UrlCall call) {
        Headers headers = call.request().headers();
        List<String> fields = new ArrayList<>();
        for (int i = 0; i < headers.size(); i++) {
            if (!headers.name(i).toLowerCase(java.util.Locale.ROOT).startsWith("x-forwarded-")) {
                fields.addAll(List.of(headers.name(i), headers.value(i)));
            }
        }
        String before = headers.get(FORWARDED_FOR);
        String sourceIp = call.sourceIp();
        fields.addAll(List.of(FORWARDED_FOR, before == null ? sourceIp : before + ", " + sourceIp));
        fields.addAll(List.of("X-Forwarded-Proto", call.request().secure() ? "https" : "http"));
        String query = call.request().rawQuery();
        String target = call.address().rawPath() + (query.isEmpty() ? "" : "?" + query);
        return new HttpCall(call.request().method(), target, fields);
    }
}
