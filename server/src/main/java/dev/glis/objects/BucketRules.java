package dev.glis.objects;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glis.accounts.ResourcePolicies;
import dev.glis.base.Fault;
import dev.glis.base.Json;
import dev.glis.base.Limits;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** What buckets may be called, and what may be set for them. */
final class BucketRules {
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");
    private static final Pattern ADDRESS = Pattern.compile("[0-9]+(\\.[0-9]+){3}");
    private static final List<String> RESERVED_PREFIXES =
            List.of("xn--", "sthree-", "amzn-s3-demo-");
    private static final List<String> RESERVED_SUFFIXES =
            List.of("-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3");
    private static final Set<String> EVENTS =
            Set.of(
                    "s3:ObjectCreated:*",
                    "s3:ObjectCreated:Put",
                    "s3:ObjectCreated:Post",
                    "s3:ObjectCreated:Copy",
                    "s3:ObjectCreated:CompleteMultipartUpload",
                    "s3:ObjectRemoved:*",
                    "s3:ObjectRemoved:Delete",
                    "s3:ObjectRemoved:DeleteMarkerCreated");
    private static final Pattern FUNCTION_ARN =
            Pattern.compile("arn:aws:lambda:[a-z0-9-]+:[0-9]{12}:function:[A-Za-z0-9_:$-]+");
    private static final long CORS_RULES = Limits.BUCKET_RULES.value() / 10;
    private static final int MOST_VALUES = 100;
    private static final int ID_CHARACTERS = 255;
    private static final int MOST_DAYS = 36_500;
    private static final int MOST_YEARS = 100;

    private BucketRules() {}

    /** Refuses what S3 does not allow as a bucket's name. */
    static void checkName(String name) {
        boolean good =
                NAME.matcher(name).matches()
                        && !name.contains("..")
                        && !ADDRESS.matcher(name).matches()
                        && RESERVED_PREFIXES.stream().noneMatch(name::startsWith)
                        && RESERVED_SUFFIXES.stream().noneMatch(name::endsWith);
        if (!good) {
            throw new Fault(
                    Fault.Kind.INVALID,
                    "invalid-bucket-name",
                    "A bucket's name has 3 to 63 lower-case letters, digits, dots and hyphens, and"
                            + " is neither an IP address nor reserved: "
                            + name);
        }
    }

    /** Refuses a document that cannot be followed. */
    static void check(BucketSetting setting, JsonNode document) {
        String text = Json.text(document);
        if (text.length() > Limits.BUCKET_SETTING_CHARACTERS.value()) {
            throw Shape.invalid(
                    "What is set for a bucket has up to "
                            + Limits.BUCKET_SETTING_CHARACTERS.value()
                            + " characters");
        }
        Shape shape = Shape.of(document);
        switch (setting) {
            case POLICY -> checkPolicy(text);
            case CORS -> checkCors(shape);
            case LIFECYCLE -> checkLifecycle(shape);
            case PUBLIC_ACCESS_BLOCK -> checkPublicAccess(shape);
            case OWNERSHIP -> checkOwnership(shape);
            case WEBSITE -> checkWebsite(shape);
            case ENCRYPTION -> checkEncryption(shape);
            case NOTIFICATIONS -> checkNotifications(shape);
            case OBJECT_LOCK -> checkLock(shape);
            case TAGS -> ObjectRules.checkTags(tags(shape, "TagSet"), Limits.BUCKET_TAGS);
        }
    }

    private static void checkPolicy(String text) {
        if (text.length() > Limits.POLICY_CHARACTERS.value()) {
            throw new Fault(
                    Fault.Kind.INVALID,
                    "malformed-policy",
                    "A policy has up to " + Limits.POLICY_CHARACTERS.value() + " characters");
        }
        ResourcePolicies.require(text);
    }

    private static void checkCors(Shape cors) {
        cors.only("CORSRules");
        for (Shape rule : cors.list("CORSRules", CORS_RULES)) {
            rule.only(
                    "ID",
                    "AllowedHeaders",
                    "AllowedMethods",
                    "AllowedOrigins",
                    "ExposeHeaders",
                    "MaxAgeSeconds");
            checkId(rule);
            for (Shape method : rule.list("AllowedMethods", MOST_VALUES)) {
                if (!Set.of("GET", "PUT", "HEAD", "POST", "DELETE")
                        .contains(method.node().asText())) {
                    throw Shape.invalid(method.where() + " must be GET, PUT, HEAD, POST or DELETE");
                }
            }
            checkPatterns(rule, "AllowedOrigins");
            if (rule.has("AllowedHeaders")) {
                checkPatterns(rule, "AllowedHeaders");
            }
            if (rule.has("MaxAgeSeconds")) {
                rule.number("MaxAgeSeconds", 0);
            }
        }
    }

    private static void checkPatterns(Shape rule, String name) {
        for (Shape pattern : rule.list(name, MOST_VALUES)) {
            String text = pattern.node().asText();
            if (text.indexOf('*') != text.lastIndexOf('*')) {
                throw Shape.invalid(pattern.where() + " has more than one *");
            }
        }
    }

    private static void checkId(Shape rule) {
        if (rule.has("ID") && rule.text("ID").length() > ID_CHARACTERS) {
            throw Shape.invalid(rule.where() + ".ID has up to " + ID_CHARACTERS + " characters");
        }
    }

    private static void checkLifecycle(Shape lifecycle) {
        lifecycle.only("Rules");
        for (Shape rule : lifecycle.list("Rules", Limits.BUCKET_RULES.value())) {
            rule.without("Transitions", "NoncurrentVersionTransitions");
            rule.only(
                    "ID",
                    "Status",
                    "Prefix",
                    "Filter",
                    "Expiration",
                    "NoncurrentVersionExpiration",
                    "AbortIncompleteMultipartUpload");
            checkId(rule);
            rule.choice("Status", "Enabled", "Disabled");
            if (rule.has("Filter")) {
                checkFilter(rule.get("Filter"));
            }
            checkActions(rule);
        }
    }

    private static void checkFilter(Shape filter) {
        filter.only("Prefix", "Tag", "ObjectSizeGreaterThan", "ObjectSizeLessThan", "And");
        if (filter.node().size() > 1) {
            throw Shape.invalid(filter.where() + " has one member; And joins several");
        }
        if (filter.has("Tag")) {
            filter.get("Tag").only("Key", "Value");
        }
        if (filter.has("And")) {
            Shape and = filter.get("And");
            and.only("Prefix", "Tags", "ObjectSizeGreaterThan", "ObjectSizeLessThan");
            if (and.has("Tags")) {
                ObjectRules.checkTags(tags(and, "Tags"), Limits.OBJECT_TAGS);
            }
        }
    }

    private static void checkActions(Shape rule) {
        boolean any = false;
        if (rule.has("Expiration")) {
            checkExpiration(rule.get("Expiration"));
            any = true;
        }
        if (rule.has("NoncurrentVersionExpiration")) {
            Shape noncurrent = rule.get("NoncurrentVersionExpiration");
            noncurrent.only("NoncurrentDays", "NewerNoncurrentVersions");
            noncurrent.number("NoncurrentDays", 1);
            if (noncurrent.has("NewerNoncurrentVersions")) {
                noncurrent.number("NewerNoncurrentVersions", 1);
            }
            any = true;
        }
        if (rule.has("AbortIncompleteMultipartUpload")) {
            Shape abort = rule.get("AbortIncompleteMultipartUpload");
            abort.only("DaysAfterInitiation").number("DaysAfterInitiation", 1);
            any = true;
        }
        if (!any) {
            throw Shape.invalid(rule.where() + " says nothing to do");
        }
    }

    private static void checkExpiration(Shape expiration) {
        expiration.only("Days", "Date", "ExpiredObjectDeleteMarker");
        if (expiration.node().size() != 1) {
            throw Shape.invalid(
                    expiration.where() + " has one of Days, Date and ExpiredObjectDeleteMarker");
        }
        if (expiration.has("Days")) {
            expiration.number("Days", 1);
        }
        if (expiration.has("ExpiredObjectDeleteMarker")) {
            expiration.flag("ExpiredObjectDeleteMarker");
        }
        if (expiration.has("Date")) {
            checkDate(expiration);
        }
    }

    private static void checkDate(Shape expiration) {
        try {
            Instant date = Instant.parse(expiration.text("Date"));
            if (!date.atOffset(ZoneOffset.UTC).toLocalTime().equals(LocalTime.MIDNIGHT)) {
                throw Shape.invalid(expiration.where() + ".Date must be midnight in UTC");
            }
        } catch (DateTimeParseException e) {
            throw Shape.invalid(
                    expiration.where() + ".Date must be a time such as 2030-01-31T00:00:00Z");
        }
    }

    private static void checkPublicAccess(Shape block) {
        String[] names = {
            "BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"
        };
        block.only(names);
        for (String name : names) {
            if (block.has(name)) {
                block.flag(name);
            }
        }
    }

    private static void checkOwnership(Shape ownership) {
        ownership.only("Rules");
        Shape rule = ownership.list("Rules", 1).getFirst().only("ObjectOwnership");
        String choice =
                rule.choice(
                        "ObjectOwnership",
                        "BucketOwnerEnforced",
                        "BucketOwnerPreferred",
                        "ObjectWriter");
        if (!choice.equals("BucketOwnerEnforced")) {
            throw Fault.unsupported(
                    "A bucket's owner owns all that is in it: BucketOwnerEnforced is supported"
                            + " alone, not "
                            + choice);
        }
    }

    private static void checkWebsite(Shape website) {
        website.only("IndexDocument", "ErrorDocument", "RedirectAllRequestsTo", "RoutingRules");
        if (website.has("RedirectAllRequestsTo")) {
            website.only("RedirectAllRequestsTo");
            Shape redirect = website.get("RedirectAllRequestsTo").only("HostName", "Protocol");
            redirect.text("HostName");
            if (redirect.has("Protocol")) {
                redirect.choice("Protocol", "http", "https");
            }
            return;
        }
        String suffix = website.get("IndexDocument").only("Suffix").text("Suffix");
        if (suffix.isEmpty() || suffix.contains("/")) {
            throw Shape.invalid("IndexDocument.Suffix is a name without slashes");
        }
        if (website.has("ErrorDocument")) {
            website.get("ErrorDocument").only("Key").text("Key");
        }
        if (website.has("RoutingRules")) {
            for (Shape rule : website.list("RoutingRules", MOST_VALUES / 2)) {
                checkRoutingRule(rule);
            }
        }
    }

    private static void checkRoutingRule(Shape rule) {
        rule.only("Condition", "Redirect");
        if (rule.has("Condition")) {
            rule.get("Condition").only("HttpErrorCodeReturnedEquals", "KeyPrefixEquals");
        }
        rule.get("Redirect")
                .only(
                        "HostName",
                        "HttpRedirectCode",
                        "Protocol",
                        "ReplaceKeyPrefixWith",
                        "ReplaceKeyWith");
    }

    private static void checkEncryption(Shape encryption) {
        encryption.only("Rules");
        Shape rule = encryption.list("Rules", 1).getFirst();
        rule.only("ApplyServerSideEncryptionByDefault", "BucketKeyEnabled");
        Shape byDefault = rule.get("ApplyServerSideEncryptionByDefault");
        byDefault.only("SSEAlgorithm", "KMSMasterKeyID");
        String algorithm = byDefault.choice("SSEAlgorithm", "AES256", "aws:kms", "aws:kms:dsse");
        if (!algorithm.equals("AES256") || byDefault.has("KMSMasterKeyID")) {
            throw Fault.unsupported(
                    "Objects are encrypted with AES256 under a key of this server; there is no"
                            + " KMS");
        }
    }

    private static void checkNotifications(Shape notifications) {
        notifications.without(
                "TopicConfigurations", "QueueConfigurations", "EventBridgeConfiguration");
        notifications.only("LambdaFunctionConfigurations");
        for (Shape each : notifications.list("LambdaFunctionConfigurations", MOST_VALUES)) {
            each.only("Id", "LambdaFunctionArn", "Events", "Filter");
            each.text("Id");
            if (!FUNCTION_ARN.matcher(each.text("LambdaFunctionArn")).matches()) {
                throw Shape.invalid(
                        each.where() + ".LambdaFunctionArn is not the ARN of a function");
            }
            for (Shape event : each.list("Events", MOST_VALUES)) {
                if (!EVENTS.contains(event.node().asText())) {
                    throw Fault.unsupported(
                            event.where() + " is not supported: " + event.node().asText());
                }
            }
            if (each.has("Filter")) {
                checkKeyFilter(each.get("Filter").only("Key").get("Key").only("FilterRules"));
            }
        }
    }

    private static void checkKeyFilter(Shape key) {
        var seen = new java.util.HashSet<String>();
        for (Shape rule : key.list("FilterRules", 2)) {
            rule.only("Name", "Value").text("Value");
            String name =
                    rule.choice("Name", "prefix", "suffix", "Prefix", "Suffix")
                            .toLowerCase(java.util.Locale.ROOT);
            if (!seen.add(name)) {
                throw Shape.invalid(rule.where() + " is the second " + name);
            }
        }
    }

    private static void checkLock(Shape lock) {
        lock.only("ObjectLockEnabled", "Rule").choice("ObjectLockEnabled", "Enabled");
        if (!lock.has("Rule")) {
            return;
        }
        Shape retention = lock.get("Rule").only("DefaultRetention").get("DefaultRetention");
        retention.only("Mode", "Days", "Years").choice("Mode", "GOVERNANCE", "COMPLIANCE");
        if (retention.has("Days") == retention.has("Years")) {
            throw Shape.invalid(retention.where() + " has either Days or Years");
        }
        String unit = retention.has("Days") ? "Days" : "Years";
        long most = retention.has("Days") ? MOST_DAYS : MOST_YEARS;
        if (retention.number(unit, 1) > most) {
            throw Shape.invalid(retention.where() + "." + unit + " is at most " + most);
        }
    }

    private static Map<String, String> tags(Shape parent, String name) {
        var tags = new LinkedHashMap<String, String>();
        for (Shape tag : parent.list(name, Limits.BUCKET_RULES.value())) {
            tag.only("Key", "Value");
            if (tags.put(tag.text("Key"), tag.text("Value")) != null) {
                throw new Fault(
                        Fault.Kind.INVALID,
                        "invalid-tag",
                        "There are two tags of the key " + tag.text("Key"));
            }
        }
        return tags;
    }
}
