package dev.glis.functions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.glis.base.Fault;
import dev.glis.base.Json;
import dev.glis.base.Limits;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A resource's policy as a list of statements, each with an ID of its own. */
record PolicyDocument(ObjectNode json) {
    private static final Pattern ACCOUNT = Pattern.compile("\\d{12}");
    private static final Pattern ARN =
            Pattern.compile(
                    "arn:aws[a-zA-Z-]*:(iam|sts)::\\d{12}:(root|user/.+|role/.+|assumed-role/.+)");
    private static final Pattern SERVICE = Pattern.compile("[a-z0-9.-]+\\.amazonaws\\.com(\\.cn)?");

    static PolicyDocument empty() {
        ObjectNode json = Json.object();
        json.put("Version", "2012-10-17");
        json.put("Id", "default");
        json.putArray("Statement");
        return new PolicyDocument(json);
    }

    static PolicyDocument ofJson(@Nullable String text) {
        return text == null ? empty() : new PolicyDocument((ObjectNode) Json.parse(text));
    }

    /** A statement that allows something; conditions are added by the caller. */
    static ObjectNode allow(String sid, String principal, String action, String resource) {
        ObjectNode statement = Json.object();
        statement.put("Sid", sid);
        statement.put("Effect", "Allow");
        statement.set("Principal", principal(principal));
        statement.put("Action", action);
        statement.put("Resource", resource);
        return statement;
    }

    void add(ObjectNode statement) {
        String sid = statement.path("Sid").asText();
        for (JsonNode each : statements()) {
            if (each.path("Sid").asText().equals(sid)) {
                throw Fault.conflict(
                        "The statement id ("
                                + sid
                                + ") provided already exists. Please provide a new statement id, or"
                                + " remove the existing statement.");
            }
        }
        statements().add(statement);
        int bytes = text().getBytes(StandardCharsets.UTF_8).length;
        if (bytes > Limits.FUNCTION_POLICY_BYTES.value()) {
            throw new Fault(
                    Fault.Kind.TOO_LARGE,
                    "policy-length-exceeded",
                    "The final policy size ("
                            + bytes
                            + ") is bigger than the limit ("
                            + Limits.FUNCTION_POLICY_BYTES.value()
                            + ").");
        }
    }

    void remove(String sid) {
        ArrayNode statements = statements();
        for (int i = 0; i < statements.size(); i++) {
            if (statements.path(i).path("Sid").asText().equals(sid)) {
                statements.remove(i);
                return;
            }
        }
        throw Fault.notFound("Statement " + sid + " is not found in resource policy.");
    }

    boolean isEmpty() {
        return statements().isEmpty();
    }

    String text() {
        return Json.text(json);
    }

    private ArrayNode statements() {
        return json.withArray("Statement");
    }

    private static JsonNode principal(String principal) {
        if (principal.equals("*")) {
            return TextNode.valueOf("*");
        }
        if (ACCOUNT.matcher(principal).matches()) {
            return Json.object().put("AWS", "arn:aws:iam::" + principal + ":root");
        }
        if (ARN.matcher(principal).matches()) {
            return Json.object().put("AWS", principal);
        }
        if (SERVICE.matcher(principal).matches()) {
            return Json.object().put("Service", principal);
        }
        throw Fault.invalid(
                "The provided principal was invalid. Please check the principal and try again. It"
                        + " must be an account's ID, the ARN of a user or root, a service such as"
                        + " s3.amazonaws.com, or *.");
    }
}
