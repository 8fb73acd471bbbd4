package dev.glis.triggers;

import dev.glis.engine.HttpCall;
import dev.glis.net.Headers;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Requests as functions that are HTTP servers get them. */
public final class ForwardedCall {
    private static final String FORWARDED_FOR = "X-Forwarded-For";

    private ForwardedCall() {}

    /** The head of the request, with what proxies tell of where it came from. */
    public static HttpCall of(HttpFacts facts) {
        Headers headers = facts.request().headers();
        List<String> fields = new ArrayList<>();
        for (int i = 0; i < headers.size(); i++) {
            if (!headers.name(i).toLowerCase(Locale.ROOT).startsWith("x-forwarded-")) {
                fields.addAll(List.of(headers.name(i), headers.value(i)));
            }
        }
        String before = headers.get(FORWARDED_FOR);
        String sourceIp = facts.request().sourceIp();
        fields.addAll(List.of(FORWARDED_FOR, before == null ? sourceIp : before + ", " + sourceIp));
        fields.addAll(List.of("X-Forwarded-Proto", facts.request().secure() ? "https" : "http"));
        String query = facts.request().rawQuery();
        String target = facts.where().path() + (query.isEmpty() ? "" : "?" + query);
        return new HttpCall(facts.request().method(), target, fields);
    }
}
