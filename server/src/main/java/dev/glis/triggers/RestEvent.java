package dev.glis.triggers;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.accounts.Principal;
import dev.glis.base.Json;
import dev.glis.net.Headers;
import dev.glis.net.HttpRequest;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The event that a function sees of an HTTP request in payload format 1.0, that of REST APIs: each
 * value by itself in the {@code multiValue} members, the last one in the others.
 */
public final class RestEvent {
    private final HttpFacts facts;
    private final HttpFacts.Where where;
    private final HttpRequest request;

    private RestEvent(HttpFacts facts) {
        this.facts = facts;
        this.where = facts.where();
        this.request = facts.request();
    }

    /**
     * The event as JSON.
     *
     * @throws dev.glis.base.Fault INVALID for a query that is not percent-encoded
     */
    public static byte[] of(HttpFacts facts) {
        return Json.bytes(new RestEvent(facts)::write);
    }

    private void write(JsonGenerator out) throws IOException {
        out.writeStartObject();
        out.writeStringField("version", "1.0");
        out.writeStringField("resource", where.resource());
        out.writeStringField("path", where.path());
        out.writeStringField("httpMethod", request.method());
        writeHeadersAndQuery(out);
        writeContext(out);
        if (where.variables().isEmpty()) {
            out.writeNullField("pathParameters");
        } else {
            HttpEvent.write(out, "pathParameters", where.variables());
        }
        if (where.stageVariables().isEmpty()) {
            out.writeNullField("stageVariables");
        } else {
            HttpEvent.write(out, "stageVariables", where.stageVariables());
        }
        if (facts.body().length == 0) {
            out.writeNullField("body");
        }
        HttpBody.write(out, request.headers(), facts.body());
        out.writeEndObject();
    }

    /** Those of a request that asks for a WebSocket. */
    static void writeHeadersAndQuery(JsonGenerator out, HttpFacts facts) throws IOException {
        new RestEvent(facts).writeHeadersAndQuery(out);
    }

    private void writeHeadersAndQuery(JsonGenerator out) throws IOException {
        write(out, "headers", "multiValueHeaders", headers());
        Map<String, List<String>> query = RawQuery.parse(request.rawQuery());
        write(out, "queryStringParameters", "multiValueQueryStringParameters", query);
    }

    private Map<String, List<String>> headers() {
        var headers = new Headers();
        for (int i = 0; i < request.headers().size(); i++) {
            headers.add(request.headers().name(i), request.headers().value(i));
        }
        String before = headers.get("X-Forwarded-For");
        headers.set(
                "X-Forwarded-For",
                before == null ? request.sourceIp() : before + ", " + request.sourceIp());
        headers.set("X-Forwarded-Proto", request.secure() ? "https" : "http");
        headers.set("X-Forwarded-Port", facts.port());
        headers.set("X-Amzn-Trace-Id", facts.trace());
        var values = new LinkedHashMap<String, List<String>>();
        for (int i = 0; i < headers.size(); i++) {
            String name = headers.name(i);
            if (values.keySet().stream().noneMatch(name::equalsIgnoreCase)) {
                values.put(name, headers.all(name));
            }
        }
        return values;
    }

    private static void write(
            JsonGenerator out, String last, String all, Map<String, List<String>> values)
            throws IOException {
        if (values.isEmpty()) {
            out.writeNullField(last);
            out.writeNullField(all);
            return;
        }
        out.writeObjectFieldStart(last);
        for (var each : values.entrySet()) {
            out.writeStringField(each.getKey(), each.getValue().getLast());
        }
        out.writeEndObject();
        out.writeObjectFieldStart(all);
        for (var each : values.entrySet()) {
            out.writeArrayFieldStart(each.getKey());
            for (String value : each.getValue()) {
                out.writeString(value);
            }
            out.writeEndArray();
        }
        out.writeEndObject();
    }

    private void writeContext(JsonGenerator out) throws IOException {
        out.writeObjectFieldStart("requestContext");
        out.writeStringField("accountId", facts.accountId());
        out.writeStringField("apiId", where.apiId());
        out.writeStringField("domainName", where.domainName());
        out.writeStringField("domainPrefix", where.domainPrefix());
        out.writeStringField("extendedRequestId", facts.requestId());
        out.writeStringField("httpMethod", request.method());
        Caller caller = facts.caller();
        writeAuthorizer(out, caller);
        writeIdentity(out, caller instanceof Caller.Signed signed ? signed.principal() : null);
        out.writeStringField("path", where.path());
        out.writeStringField("protocol", request.protocol());
        out.writeStringField("requestId", facts.requestId());
        out.writeStringField("requestTime", HttpEvent.time(facts.time()));
        out.writeNumberField("requestTimeEpoch", facts.time().toEpochMilli());
        out.writeStringField("resourceId", where.route());
        out.writeStringField("resourcePath", where.resource());
        out.writeStringField("stage", where.stage());
        out.writeEndObject();
    }

    static void writeAuthorizer(JsonGenerator out, @Nullable Caller caller) throws IOException {
        if (caller instanceof Caller.Holder holder) {
            out.writeObjectFieldStart("authorizer");
            out.writeFieldName("claims");
            out.writeTree(holder.claims());
            HttpEvent.writeScopes(out, holder.scopes());
            out.writeEndObject();
        } else if (caller instanceof Caller.Admitted admitted) {
            ObjectNode authorizer = admitted.context().deepCopy();
            authorizer.put("principalId", admitted.principalId());
            out.writeFieldName("authorizer");
            out.writeTree(authorizer);
        }
    }

    private void writeIdentity(JsonGenerator out, @Nullable Principal caller) throws IOException {
        out.writeObjectFieldStart("identity");
        out.writeStringField("accessKey", caller == null ? null : caller.accessKeyId());
        out.writeStringField("accountId", caller == null ? null : caller.accountId());
        out.writeStringField("caller", caller == null ? null : caller.userId());
        out.writeNullField("cognitoAuthenticationProvider");
        out.writeNullField("cognitoAuthenticationType");
        out.writeNullField("cognitoIdentityId");
        out.writeNullField("cognitoIdentityPoolId");
        out.writeNullField("principalOrgId");
        out.writeStringField("sourceIp", request.sourceIp());
        out.writeStringField("user", caller == null ? null : caller.userId());
        out.writeStringField("userAgent", request.headers().get("User-Agent", ""));
        out.writeStringField("userArn", caller == null ? null : caller.arn());
        out.writeEndObject();
    }
}
