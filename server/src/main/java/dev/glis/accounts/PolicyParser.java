package dev.glis.accounts;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glis.accounts.Policy.Effect;
import dev.glis.accounts.Policy.Patterns;
import dev.glis.accounts.Policy.Statement;
import dev.glis.accounts.Principals.Who;
import dev.glis.base.Fault;
import dev.glis.base.Json;
import dev.glis.base.Limits;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads policy documents. Whatever it does not know is an error when the policy is put: a condition
 * that were ignored would allow what it was written to forbid.
 */
final class PolicyParser {
    private static final Set<String> POLICY_ELEMENTS = Set.of("Version", "Id", "Statement");
    private static final Set<String> STATEMENT_ELEMENTS =
            Set.of(
                    "Sid",
                    "Effect",
                    "Principal",
                    "NotPrincipal",
                    "Action",
                    "NotAction",
                    "Resource",
                    "NotResource",
                    "Condition");
    private static final Pattern ACTION = Pattern.compile("\\*|[a-zA-Z0-9-]+:[a-zA-Z0-9*?]+");
    private static final Pattern ACCOUNT_ID = Pattern.compile("[0-9]{12}");
    private static final Pattern ROOT_ARN = Pattern.compile("arn:aws:iam::([0-9]{12}):root");
    private static final Pattern USER_ARN = Pattern.compile("arn:aws:iam::[0-9]{12}:user/[^*?]+");
    private static final Pattern SERVICE = Pattern.compile("[a-z0-9.-]+");

    private final boolean ofResource;
    private boolean variables;

    private PolicyParser(boolean ofResource) {
        this.ofResource = ofResource;
    }

    /** A user's policy: it has no Principal, because it is about the user. */
    static Policy identityPolicy(String document) {
        return new PolicyParser(false).parse(document);
    }

    /** Throws unless the document is one that a user may have. */
    static void requireIdentityPolicy(String document) {
        Policy unused = identityPolicy(document);
    }

    /** A resource's policy: each statement names its Principal. */
    static Policy resourcePolicy(String document) {
        return new PolicyParser(true).parse(document);
    }

    static Fault malformed(String why) {
        return new Fault(
                Fault.Kind.INVALID, "malformed-policy", "The policy is not well-formed: " + why);
    }

    private Policy parse(String document) {
        if (document.length() > Limits.POLICY_CHARACTERS.value()) {
            throw malformed(
                    "it is longer than " + Limits.POLICY_CHARACTERS.value() + " characters");
        }
        JsonNode root = json(document);
        requireObject(root, "the policy");
        requireKnown(root, POLICY_ELEMENTS, "a policy");
        variables = version(root).equals("2012-10-17");
        JsonNode statements = root.path("Statement");
        if (statements.isMissingNode() || statements.isEmpty()) {
            throw malformed("it has no Statement");
        }
        var parsed = new ArrayList<Statement>();
        for (JsonNode statement : statements.isArray() ? statements : List.of(statements)) {
            parsed.add(statement(statement));
        }
        return new Policy(List.copyOf(parsed));
    }

    private static JsonNode json(String document) {
        try {
            return Json.parse(document);
        } catch (Fault e) {
            throw malformed(e.text());
        }
    }

    private static String version(JsonNode root) {
        JsonNode version = root.path("Version");
        if (version.isMissingNode()) {
            return "2008-10-17";
        }
        String text = version.asText();
        if (!text.equals("2012-10-17") && !text.equals("2008-10-17")) {
            throw malformed("Version is 2012-10-17 or 2008-10-17, not " + text);
        }
        return text;
    }

    private Statement statement(JsonNode node) {
        requireObject(node, "a statement");
        requireKnown(node, STATEMENT_ELEMENTS, "a statement");
        return new Statement(
                effect(node.path("Effect")),
                principals(node),
                patterns(node, "Action", this::action),
                patterns(node, "Resource", this::resource),
                conditions(node.path("Condition")));
    }

    private static Effect effect(JsonNode node) {
        return switch (node.asText()) {
            case "Allow" -> Effect.ALLOW;
            case "Deny" -> Effect.DENY;
            default -> throw malformed("the Effect of a statement is Allow or Deny");
        };
    }

    private static Patterns patterns(
            JsonNode statement, String element, Function<String, PolicyText> parse) {
        boolean plain = statement.has(element);
        boolean negated = statement.has("Not" + element);
        if (plain == negated) {
            throw malformed("a statement has either " + element + " or Not" + element);
        }
        List<String> texts = strings(statement.path(negated ? "Not" + element : element), element);
        return new Patterns(negated, texts.stream().map(parse).toList());
    }

    private PolicyText action(String text) {
        if (!ACTION.matcher(text).matches()) {
            throw malformed("the Action '" + text + "' is not service:Name, with * and ? or not");
        }
        return PolicyText.parse(text.toLowerCase(Locale.ROOT), true, false);
    }

    private PolicyText resource(String text) {
        if (!text.equals("*") && !(text.startsWith("arn:") && text.split(":", 6).length == 6)) {
            throw malformed("the Resource '" + text + "' is neither * nor an ARN");
        }
        return PolicyText.parse(text, true, variables);
    }

    private @Nullable Principals principals(JsonNode statement) {
        boolean plain = statement.has("Principal");
        boolean negated = statement.has("NotPrincipal");
        if (!ofResource) {
            if (plain || negated) {
                throw malformed("a user's policy has no Principal: it is about the user");
            }
            return null;
        }
        if (plain == negated) {
            throw malformed("a resource's statement has either Principal or NotPrincipal");
        }
        return new Principals(
                negated, members(statement.path(negated ? "NotPrincipal" : "Principal")));
    }

    private static List<Who> members(JsonNode node) {
        if (node.isTextual() && node.asText().equals("*")) {
            return List.of(new Who.Everybody());
        }
        requireObject(node, "a Principal that is not *");
        var members = new ArrayList<Who>();
        for (var kind : node.properties()) {
            for (String name : strings(kind.getValue(), "Principal")) {
                members.add(member(kind.getKey(), name));
            }
        }
        if (members.isEmpty()) {
            throw malformed("a Principal names nobody");
        }
        return List.copyOf(members);
    }

    private static Who member(String kind, String name) {
        return switch (kind) {
            case "AWS" -> awsMember(name);
            case "Service" -> {
                if (!SERVICE.matcher(name).matches()) {
                    throw malformed("'" + name + "' is not a service such as s3.amazonaws.com");
                }
                yield new Who.Service(name);
            }
            default ->
                    throw malformed(
                            "a Principal is of the kind AWS or Service; this server has no "
                                    + kind);
        };
    }

    private static Who awsMember(String name) {
        if (name.equals("*")) {
            return new Who.Everybody();
        }
        if (ACCOUNT_ID.matcher(name).matches()) {
            return new Who.WholeAccount(name);
        }
        var root = ROOT_ARN.matcher(name);
        if (root.matches()) {
            return new Who.WholeAccount(root.group(1));
        }
        if (USER_ARN.matcher(name).matches()) {
            return new Who.User(name);
        }
        throw malformed(
                "the Principal '"
                        + name
                        + "' is none of: *, an account's 12 digits, the ARN of an account's root or"
                        + " of a user");
    }

    private List<Condition> conditions(JsonNode node) {
        if (node.isMissingNode()) {
            return List.of();
        }
        requireObject(node, "a Condition");
        var conditions = new ArrayList<Condition>();
        for (var operator : node.properties()) {
            requireObject(operator.getValue(), "the condition " + operator.getKey());
            for (var key : operator.getValue().properties()) {
                conditions.add(condition(operator.getKey(), key.getKey(), key.getValue()));
            }
        }
        return List.copyOf(conditions);
    }

    private Condition condition(String operatorText, String key, JsonNode values) {
        String name = operatorText;
        Condition.Scope scope = Condition.Scope.SINGLE;
        if (name.startsWith("ForAnyValue:")) {
            scope = Condition.Scope.FOR_ANY_VALUE;
            name = name.substring("ForAnyValue:".length());
        } else if (name.startsWith("ForAllValues:")) {
            scope = Condition.Scope.FOR_ALL_VALUES;
            name = name.substring("ForAllValues:".length());
        }
        boolean ifExists = name.endsWith("IfExists");
        name = ifExists ? name.substring(0, name.length() - "IfExists".length()) : name;
        ConditionOperator operator = ConditionOperator.named(name);
        if (operator == null
                || (operator == ConditionOperator.NULL
                        && (ifExists || scope != Condition.Scope.SINGLE))) {
            throw malformed("there is no condition operator " + operatorText);
        }
        if (key.indexOf(':') <= 0) {
            throw malformed("the condition key '" + key + "' has no prefix such as aws:");
        }
        return new Condition(operator, ifExists, scope, key, values(operator, values));
    }

    private List<PolicyText> values(ConditionOperator operator, JsonNode node) {
        var values = new ArrayList<PolicyText>();
        for (String value : strings(node, "the condition " + operator.text())) {
            if (!operator.accepts(value)) {
                throw malformed("'" + value + "' is no value for " + operator.text());
            }
            values.add(PolicyText.parse(value, operator.hasWildcards(), variables));
        }
        return List.copyOf(values);
    }

    /** One text, number or truth value, or a list of them. */
    private static List<String> strings(JsonNode node, String what) {
        var texts = new ArrayList<String>();
        for (JsonNode value : node.isArray() ? node : List.of(node)) {
            if (!value.isTextual() && !value.isNumber() && !value.isBoolean()) {
                throw malformed(what + " has a value that is not a text");
            }
            texts.add(value.asText());
        }
        if (texts.isEmpty()) {
            throw malformed(what + " is empty");
        }
        return texts;
    }

    private static void requireObject(JsonNode node, String what) {
        if (!node.isObject()) {
            throw malformed(what + " must be a JSON object");
        }
    }

    private static void requireKnown(JsonNode node, Set<String> known, String what) {
        for (var property : node.properties()) {
            if (!known.contains(property.getKey())) {
                throw malformed(what + " has no element " + property.getKey());
            }
        }
    }
}
