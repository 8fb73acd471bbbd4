package dev.glis.apis.clients;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.apis.clients.Offer.Audience;
import dev.glis.base.Fault;
import dev.glis.base.Json;
import dev.glis.base.Limits;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Offers as JSON, in the store as for users: {@code {"audience": "named", "accounts":
 * ["123456789012"], "approval": "publisher", "plans": ["free"], "terms": {"version": "1", "text":
 * "..."}}}.
 */
public final class OfferJson {
    private static final Pattern ACCOUNT = Pattern.compile("[0-9]{12}");
    private static final Pattern VERSION = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final Set<String> FIELDS =
            Set.of("audience", "accounts", "approval", "plans", "terms");

    private OfferJson() {}

    public static ObjectNode write(Offer offer) {
        var json = Json.object().put("audience", offer.audience().name().toLowerCase(Locale.ROOT));
        write(json.putArray("accounts"), offer.accounts());
        json.put("approval", offer.automatic() ? "automatic" : "publisher");
        write(json.putArray("plans"), offer.plans());
        Offer.TermsOfUse terms = offer.terms();
        if (terms != null) {
            json.putObject("terms").put("version", terms.version()).put("text", terms.text());
        }
        return json;
    }

    private static void write(ArrayNode array, Set<String> texts) {
        new TreeSet<>(texts).forEach(array::add);
    }

    /**
     * Reads and checks.
     *
     * @throws Fault INVALID, naming the mistake
     */
    public static Offer read(JsonNode json) {
        TermsJson.requireOnly(json, "An offer", FIELDS);
        Audience audience = audience(json.path("audience").asText());
        Set<String> accounts = texts(json.path("accounts"), "accounts");
        Set<String> plans = texts(json.path("plans"), "plans");
        for (String account : accounts) {
            require(ACCOUNT.matcher(account).matches(), "'" + account + "' is no account's ID");
        }
        require(
                accounts.isEmpty() != (audience == Audience.NAMED),
                "accounts must be given with the audience 'named', and only then");
        require(
                audience == Audience.PRIVATE || !plans.isEmpty(),
                "plans must name at least one that subscribers of other accounts may choose");
        boolean automatic = automatic(json.path("approval").asText("publisher"));
        return new Offer(audience, accounts, automatic, plans, terms(json.get("terms")));
    }

    private static Audience audience(String text) {
        return switch (text) {
            case "private" -> Audience.PRIVATE;
            case "named" -> Audience.NAMED;
            case "public" -> Audience.PUBLIC;
            default -> throw Fault.invalid("audience must be private, named or public");
        };
    }

    private static boolean automatic(String text) {
        return switch (text) {
            case "automatic" -> true;
            case "publisher" -> false;
            default -> throw Fault.invalid("approval must be automatic or publisher");
        };
    }

    private static Offer.@Nullable TermsOfUse terms(@Nullable JsonNode json) {
        if (json == null || json.isNull()) {
            return null;
        }
        TermsJson.requireOnly(json, "terms", Set.of("version", "text"));
        String version = json.path("version").asText();
        String text = json.path("text").asText();
        require(
                VERSION.matcher(version).matches(),
                "terms.version must have 1 to 64 letters, digits, dots, underscores or hyphens");
        require(
                !text.isBlank() && text.length() <= Limits.OFFER_TERMS_CHARACTERS.value(),
                "terms.text must have 1 to "
                        + Limits.OFFER_TERMS_CHARACTERS.value()
                        + " characters");
        return new Offer.TermsOfUse(version, text);
    }

    private static Set<String> texts(JsonNode array, String name) {
        require(array.isMissingNode() || array.isArray(), name + " must be a JSON array of texts");
        require(
                array.size() <= Limits.OFFER_NAMES.value(),
                name + " must be at most " + Limits.OFFER_NAMES.value());
        var texts = new TreeSet<String>();
        for (JsonNode each : array) {
            require(each.isTextual(), name + " must be a JSON array of texts");
            texts.add(each.textValue());
        }
        return texts;
    }

    private static void require(boolean holds, String rule) {
        if (!holds) {
            throw Fault.invalid(rule);
        }
    }
}
