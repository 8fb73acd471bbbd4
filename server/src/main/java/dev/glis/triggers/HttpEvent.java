package dev.glis.triggers;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.glis.accounts.Principal;
import dev.glis.base.Json;
import dev.glis.net.HttpRequest;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The event that a function sees of an HTTP request in payload format 2.0, that of function URLs
 * and HTTP APIs.
 */
public final class HttpEvent {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ENGLISH)
                    .withZone(ZoneOffset.UTC);

    private final HttpFacts facts;
    private final HttpFacts.Where where;
    private final HttpRequest request;

    private HttpEvent(HttpFacts facts) {
        this.facts = facts;
        this.where = facts.where();
        this.request = facts.request();
    }

    /** A time as events write it. */
    public static String time(Instant time) {
        return TIME.format(time);
    }

    /**
     * The event as JSON.
     *
     * @throws dev.glis.base.Fault INVALID for a query that is not percent-encoded
     */
    public static byte[] of(HttpFacts facts) {
        return of(facts, out -> {});
    }

    /** As {@link #of(HttpFacts)}, with further members. */
    public static byte[] of(HttpFacts facts, More more) {
        return Json.bytes(out -> new HttpEvent(facts).write(out, more));
    }

    /** Further members of an event. */
    public interface More {
        void writeTo(JsonGenerator out) throws IOException;
    }

    private void write(JsonGenerator out, More more) throws IOException {
        out.writeStartObject();
        out.writeStringField("version", "2.0");
        more.writeTo(out);
        out.writeStringField("routeKey", where.route());
        out.writeStringField("rawPath", where.path());
        out.writeStringField("rawQueryString", request.rawQuery());
        writeCookies(out);
        writeHeaders(out);
        writeQuery(out);
        if (!where.variables().isEmpty()) {
            write(out, "pathParameters", where.variables());
        }
        writeContext(out);
        writeStageVariables(out, where);
        HttpBody.write(out, request.headers(), facts.body());
        out.writeEndObject();
    }

    /** A stage that has none says nothing of them. */
    static void writeStageVariables(JsonGenerator out, HttpFacts.Where where) throws IOException {
        if (!where.stageVariables().isEmpty()) {
            write(out, "stageVariables", where.stageVariables());
        }
    }

    private void writeCookies(JsonGenerator out) throws IOException {
        List<String> cookies = request.headers().all("Cookie");
        if (cookies.isEmpty()) {
            return;
        }
        out.writeArrayFieldStart("cookies");
        for (String header : cookies) {
            for (String cookie : header.split(";")) {
                out.writeString(cookie.strip());
            }
        }
        out.writeEndArray();
    }

    private void writeHeaders(JsonGenerator out) throws IOException {
        var joined = new TreeMap<String, String>();
        request.headers()
                .forEachLowerCase(
                        (name, value) ->
                                joined.merge(name, value, (one, other) -> one + "," + other));
        joined.remove("cookie");
        joined.merge("x-forwarded-for", request.sourceIp(), (one, other) -> one + ", " + other);
        joined.put("x-forwarded-proto", request.secure() ? "https" : "http");
        joined.put("x-forwarded-port", facts.port());
        joined.put("x-amzn-trace-id", facts.trace());
        write(out, "headers", joined);
    }

    static void write(JsonGenerator out, String name, Map<String, String> texts)
            throws IOException {
        out.writeObjectFieldStart(name);
        for (Map.Entry<String, String> text : texts.entrySet()) {
            out.writeStringField(text.getKey(), text.getValue());
        }
        out.writeEndObject();
    }

    private void writeQuery(JsonGenerator out) throws IOException {
        if (request.rawQuery().isEmpty()) {
            return;
        }
        Map<String, String> joined = new LinkedHashMap<>();
        RawQuery.parse(request.rawQuery())
                .forEach((name, values) -> joined.put(name, String.join(",", values)));
        write(out, "queryStringParameters", joined);
    }

    private void writeContext(JsonGenerator out) throws IOException {
        Caller caller = facts.caller();
        out.writeObjectFieldStart("requestContext");
        out.writeStringField("accountId", facts.accountId());
        out.writeStringField("apiId", where.apiId());
        out.writeNullField("authentication");
        if (caller != null) {
            writeCaller(out, caller);
        }
        out.writeStringField("domainName", where.domainName());
        out.writeStringField("domainPrefix", where.domainPrefix());
        out.writeObjectFieldStart("http");
        out.writeStringField("method", request.method());
        out.writeStringField("path", where.path());
        out.writeStringField("protocol", request.protocol());
        out.writeStringField("sourceIp", request.sourceIp());
        out.writeStringField("userAgent", request.headers().get("User-Agent", ""));
        out.writeEndObject();
        out.writeStringField("requestId", facts.requestId());
        out.writeStringField("routeKey", where.route());
        out.writeStringField("stage", where.stage());
        out.writeStringField("time", time(facts.time()));
        out.writeNumberField("timeEpoch", facts.time().toEpochMilli());
        out.writeEndObject();
    }

    private static void writeCaller(JsonGenerator out, Caller caller) throws IOException {
        out.writeObjectFieldStart("authorizer");
        switch (caller) {
            case Caller.Signed signed -> write(out, signed.principal());
            case Caller.Holder holder -> {
                out.writeObjectFieldStart("jwt");
                out.writeFieldName("claims");
                out.writeTree(holder.claims());
                writeScopes(out, holder.scopes());
                out.writeEndObject();
            }
            case Caller.Admitted admitted -> {
                out.writeFieldName("lambda");
                out.writeTree(admitted.context());
            }
        }
        out.writeEndObject();
    }

    /** Null where the route wants none. */
    static void writeScopes(JsonGenerator out, List<String> scopes) throws IOException {
        if (scopes.isEmpty()) {
            out.writeNullField("scopes");
            return;
        }
        out.writeArrayFieldStart("scopes");
        for (String scope : scopes) {
            out.writeString(scope);
        }
        out.writeEndArray();
    }

    private static void write(JsonGenerator out, Principal caller) throws IOException {
        out.writeObjectFieldStart("iam");
        out.writeStringField("accessKey", caller.accessKeyId());
        out.writeStringField("accountId", caller.accountId());
        out.writeStringField("callerId", caller.userId());
        out.writeNullField("cognitoIdentity");
        out.writeNullField("principalOrgId");
        out.writeStringField("userArn", caller.arn());
        out.writeStringField("userId", caller.userId());
        out.writeEndObject();
    }
}
