package dev.glis.wire.s3;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glis.base.Fault;
import dev.glis.base.Json;
import dev.glis.net.Headers;
import dev.glis.net.HttpRequest;
import dev.glis.objects.BucketSetting;
import dev.glis.objects.Buckets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a bucket's CORS rules say to browsers. */
final class CrossOrigin {
    private static final String VARY =
            "Origin, Access-Control-Request-Headers," + " Access-Control-Request-Method";

    private final Buckets buckets;

    CrossOrigin(Buckets buckets) {
        this.buckets = buckets;
    }

    /** The fields that an answer has for the page that the request comes from. */
    Headers headers(HttpRequest request, String bucket) {
        String origin = request.headers().get("Origin");
        if (origin == null || bucket.isEmpty() || request.method().equals("OPTIONS")) {
            return new Headers();
        }
        JsonNode rule = rule(bucket, origin, request.method(), List.of());
        return rule == null ? new Headers() : fields(rule, origin);
    }

    /** Answers a browser that asks whether it may ask. */
    void answer(S3Call call) {
        String origin = call.header("Origin");
        String method = call.header("Access-Control-Request-Method");
        if (origin == null || method == null) {
            throw new S3Refusal(
                    400, "BadRequest", "Insufficient information. Origin request header needed.");
        }
        List<String> wanted = words(call.header("Access-Control-Request-Headers"));
        JsonNode rule =
                call.bucket().isEmpty() ? null : rule(call.bucket(), origin, method, wanted);
        if (rule == null) {
            throw new S3Refusal(
                    403,
                    "AccessForbidden",
                    "CORSResponse: This CORS request is not allowed. This is usually because the"
                            + " evalution of Origin, request method / Access-Control-Request-Method"
                            + " or Access-Control-Request-Headers are not whitelisted by the"
                            + " resource's CORS spec.");
        }
        Headers headers = call.headers();
        copy(fields(rule, origin), headers);
        if (!wanted.isEmpty()) {
            headers.set("Access-Control-Allow-Headers", String.join(", ", wanted));
        }
        call.empty(200, headers);
    }

    private static void copy(Headers from, Headers to) {
        for (int i = 0; i < from.size(); i++) {
            to.set(from.name(i), from.value(i));
        }
    }

    private static Headers fields(JsonNode rule, String origin) {
        boolean any = texts(rule, "AllowedOrigins").contains("*");
        Headers headers =
                Headers.of(
                        "Access-Control-Allow-Origin",
                        any ? "*" : origin,
                        "Access-Control-Allow-Methods",
                        String.join(", ", texts(rule, "AllowedMethods")),
                        "Vary",
                        VARY);
        if (!any) {
            headers.set("Access-Control-Allow-Credentials", "true");
        }
        List<String> exposed = texts(rule, "ExposeHeaders");
        if (!exposed.isEmpty()) {
            headers.set("Access-Control-Expose-Headers", String.join(", ", exposed));
        }
        if (rule.has("MaxAgeSeconds")) {
            headers.set("Access-Control-Max-Age", rule.get("MaxAgeSeconds").asText());
        }
        return headers;
    }

    private @Nullable JsonNode rule(
            String bucket, String origin, String method, List<String> wanted) {
        for (JsonNode rule : cors(bucket).path("CORSRules")) {
            boolean allowed =
                    texts(rule, "AllowedOrigins").stream().anyMatch(each -> fits(each, origin))
                            && texts(rule, "AllowedMethods").contains(method);
            List<String> headers = texts(rule, "AllowedHeaders");
            allowed &=
                    wanted.stream()
                            .allMatch(name -> headers.stream().anyMatch(each -> fits(each, name)));
            if (allowed) {
                return rule;
            }
        }
        return null;
    }

    private JsonNode cors(String bucket) {
        try {
            return buckets.setting(bucket, BucketSetting.CORS).orElseGet(Json::object);
        } catch (Fault fault) {
            return Json.object(); // the operation says what is wrong
        }
    }

    /** With one asterisk at most, without case. */
    private static boolean fits(String pattern, String text) {
        String lowPattern = pattern.toLowerCase(Locale.ROOT);
        String low = text.toLowerCase(Locale.ROOT);
        int star = lowPattern.indexOf('*');
        if (star < 0) {
            return lowPattern.equals(low);
        }
        String end = lowPattern.substring(star + 1);
        return low.length() >= lowPattern.length() - 1
                && low.startsWith(lowPattern.substring(0, star))
                && low.endsWith(end);
    }

    private static List<String> texts(JsonNode rule, String name) {
        var texts = new ArrayList<String>();
        rule.path(name).forEach(each -> texts.add(each.asText()));
        return texts;
    }

    private static List<String> words(@Nullable String list) {
        var words = new ArrayList<String>();
        if (list != null) {
            for (String word : list.split(",", -1)) {
                words.add(word.strip());
            }
        }
        return words;
    }
}
