package dev.glis.wire.apigatewayv2;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.apis.ApiDetails;
import dev.glis.apis.ApiPart;
import dev.glis.apis.ApiParts;
import dev.glis.apis.StagePart;
import dev.glis.base.Fault;
import dev.glis.base.Json;
import dev.glis.wire.Call;
import dev.glis.wire.Input;
import dev.glis.wire.Reply;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Tags of APIs and stages. */
final class TagOperations {
    private final ApiParts parts;
    private final Pattern arn;

    TagOperations(ApiParts parts, String region) {
        this.parts = parts;
        this.arn =
                Pattern.compile(
                        "arn:aws:apigateway:"
                                + Pattern.quote(region)
                                + "::/apis/([^/]+)(?:/stages/([^/]+))?");
    }

    void addTo(ApiGatewayAdapter.Operations operations) {
        operations.add("TagResource", this::tag);
        operations.add("UntagResource", this::untag);
        operations.add("GetTags", this::list);
    }

    /** What has tags: an API, or one of its stages. */
    private record Tagged(String apiId, @Nullable String stage) {}

    private Tagged tagged(Input input) {
        String text = input.text("ResourceArn");
        Matcher matcher = arn.matcher(text);
        if (!matcher.matches()) {
            throw Fault.notFound("Invalid resource identifier specified " + text);
        }
        return new Tagged(matcher.group(1), matcher.group(2));
    }

    private Reply tag(Call call, Input input) {
        change(
                call,
                tagged(input),
                before -> {
                    var tags = new HashMap<>(before);
                    tags.putAll(input.map("Tags"));
                    return tags;
                });
        return Reply.of(Json.object());
    }

    private Reply untag(Call call, Input input) {
        List<String> keys = input.texts("TagKeys");
        change(
                call,
                tagged(input),
                before -> {
                    var tags = new HashMap<>(before);
                    tags.keySet().removeAll(keys);
                    return tags;
                });
        return Reply.empty();
    }

    private void change(Call call, Tagged tagged, UnaryOperator<Map<String, String>> change) {
        String account = call.principal().accountId();
        String stage = tagged.stage();
        if (stage == null) {
            parts.update(
                    account, tagged.apiId(), before -> with(before, change.apply(tags(before))));
        } else {
            parts.updateStage(account, tagged.apiId(), stage, before -> with(before, change), null);
        }
    }

    private static Map<String, String> tags(ApiPart part) {
        return part.details().tags();
    }

    private static ApiPart with(ApiPart before, Map<String, String> tags) {
        ApiDetails details = before.details();
        return new ApiPart(before.api(), new ApiDetails(details.title(), details.version(), tags));
    }

    private static StagePart.Details with(
            StagePart.Details before, UnaryOperator<Map<String, String>> change) {
        return new StagePart.Details(
                before.autoDeploy(),
                before.description(),
                change.apply(before.tags()),
                before.settings());
    }

    private Reply list(Call call, Input input) {
        Tagged tagged = tagged(input);
        String account = call.principal().accountId();
        String stage = tagged.stage();
        Map<String, String> tags =
                stage == null
                        ? tags(parts.get(account, tagged.apiId()))
                        : parts.stage(account, tagged.apiId(), stage).details().tags();
        ObjectNode json = Json.object();
        Shapes.putTags(json, tags);
        return Reply.of(json);
    }
}
