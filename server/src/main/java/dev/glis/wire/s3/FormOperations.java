package dev.glis.wire.s3;

import dev.glis.accounts.Authenticator;
import dev.glis.accounts.Principal;
import dev.glis.base.Clock;
import dev.glis.net.Headers;
import dev.glis.net.HttpRequest;
import dev.glis.objects.Body;
import dev.glis.objects.ObjectInfo;
import dev.glis.objects.Objects;
import dev.glis.objects.WriteCondition;
import dev.glis.wire.s3.Routes.Scope;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Objects that browsers upload by forms, with a policy that somebody with a key has signed. */
final class FormOperations {
    private static final String FILE_NAME = "${filename}";

    private final Objects objects;
    private final Access access;
    private final Authenticator authenticator;
    private final Clock clock;

    FormOperations(Objects objects, Access access, Authenticator authenticator, Clock clock) {
        this.objects = objects;
        this.access = access;
        this.authenticator = authenticator;
        this.clock = clock;
    }

    void addTo(Routes routes) {
        routes.add("POST", Scope.BUCKET, "", this::upload);
    }

    private void upload(S3Call call) throws IOException {
        String type = call.request().headers().get("Content-Type", "");
        if (!type.startsWith("multipart/form-data")) {
            throw new S3Refusal(
                    412,
                    "PreconditionFailed",
                    "Bucket POST must be of the enclosure-type multipart/form-data");
        }
        var form = new FormReader(call.body(), type);
        InputStream file = form.readToFile();
        Map<String, String> fields = form.fields();
        String key = fields.getOrDefault("key", "").replace(FILE_NAME, form.fileName());
        if (key.isEmpty()) {
            throw S3Refusal.invalidArgument(
                    "Bucket POST must contain a field named 'key'.  If it is specified, please check"
                            + " the order of the fields.",
                    "key",
                    "");
        }
        S3Call signed = signed(call, new Target(call.bucket(), key), fields);
        access.object(signed, "s3:PutObject");
        String policy = fields.get("policy");
        InputStream bytes =
                policy == null
                        ? file
                        : PostPolicy.hold(
                                        policy, named(fields, call.bucket(), key), clock.instant())
                                .sized(file);
        ObjectInfo object =
                objects.put(
                        call.bucket(),
                        key,
                        ObjectHeaders.attributes(signed),
                        WriteCondition.NONE,
                        new Body(
                                bytes,
                                -1,
                                null,
                                ObjectHeaders.named(signed),
                                () -> ObjectHeaders.statedChecksum(signed)));
        answer(signed, fields, object);
    }

    private static Map<String, String> named(
            Map<String, String> fields, String bucket, String key) {
        var named = new LinkedHashMap<>(fields);
        named.put("bucket", bucket);
        named.put("key", key);
        return named;
    }

    /** The same call as by who signed the policy, with the form's fields as its header fields. */
    private S3Call signed(S3Call call, Target target, Map<String, String> fields) {
        Headers headers = new Headers();
        fields.forEach(
                (name, value) -> headers.set(name.equals("acl") ? "x-amz-acl" : name, value));
        if (fields.containsKey("tagging")) {
            throw S3Refusal.notImplemented("the field tagging of a form");
        }
        HttpRequest request = call.request();
        headers.set("Host", request.headers().get("Host", ""));
        return new S3Call(
                signer(call, fields),
                request.withHeaders(headers),
                target,
                call.query(),
                call.body(),
                call.responder(),
                call.buckets(),
                call.crossOrigin(),
                call.requestId());
    }

    private @Nullable Principal signer(S3Call call, Map<String, String> fields) {
        String policy = fields.get("policy");
        if (policy == null) {
            return null;
        }
        if (!"AWS4-HMAC-SHA256".equals(fields.get("x-amz-algorithm"))) {
            throw S3Refusal.invalidRequest(
                    "The authorization mechanism you have provided is not supported. Please use"
                            + " AWS4-HMAC-SHA256.");
        }
        return authenticator.authenticateText(
                call.request().remoteAddress().getAddress(),
                policy,
                fields.getOrDefault("x-amz-credential", ""),
                fields.getOrDefault("x-amz-date", ""),
                fields.getOrDefault("x-amz-signature", ""));
    }

    private static void answer(S3Call call, Map<String, String> fields, ObjectInfo object) {
        Headers headers = call.headers().set("ETag", ObjectHeaders.quoted(object.etag()));
        ObjectHeaders.addVersion(headers, object);
        String location = location(call);
        headers.set("Location", location);
        String redirect = redirect(fields);
        if (redirect != null) {
            call.empty(303, headers.set("Location", redirect + query(call, redirect, object)));
            return;
        }
        switch (fields.getOrDefault("success_action_status", "204")) {
            case "200" -> call.empty(200, headers);
            case "201" ->
                    call.xml(
                            201,
                            headers,
                            XmlText.plain("PostResponse")
                                    .text("Location", location)
                                    .text("Bucket", call.bucket())
                                    .text("Key", call.key())
                                    .text("ETag", ObjectHeaders.quoted(object.etag())));
            default -> call.empty(204, headers);
        }
    }

    private static String location(S3Call call) {
        return (call.request().secure() ? "https://" : "http://")
                + call.request().headers().get("Host", "localhost")
                + call.request().rawPath().replaceAll("/$", "")
                + "/"
                + encode(call.key()).replace("%2F", "/");
    }

    /** Where the browser goes then; an address that is none is left out, as S3 does. */
    private static @Nullable String redirect(Map<String, String> fields) {
        String wanted = fields.get("success_action_redirect");
        try {
            return wanted == null || !URI.create(wanted).isAbsolute() ? null : wanted;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static String query(S3Call call, String redirect, ObjectInfo object) {
        return (redirect.contains("?") ? "&" : "?")
                + "bucket="
                + encode(call.bucket())
                + "&key="
                + encode(call.key())
                + "&etag="
                + encode(ObjectHeaders.quoted(object.etag()));
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
