package dev.glis.functions;

import dev.glis.base.Fault;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which layer is meant.
 *
 * @param version 0 where none was given
 */
public record LayerName(String region, String accountId, String name, long version) {
    private static final Pattern ARN =
            Pattern.compile(
                    "arn:[a-zA-Z0-9-]+:lambda:([a-zA-Z0-9-]+):(\\d{12}):layer:([a-zA-Z0-9-_]+)"
                            + "(?::([0-9]{1,18}))?");

    /** Reads a name or an ARN, with or without version. */
    public static LayerName parse(String region, String callerAccountId, String text) {
        if (!text.startsWith("arn:")) {
            return new LayerName(region, callerAccountId, text, 0);
        }
        Matcher matcher = ARN.matcher(text);
        if (!matcher.matches()) {
            throw Fault.invalid("Not the ARN of a layer or layer version: " + text);
        }
        if (!matcher.group(1).equals(region)) {
            throw Fault.notFound(
                    "Layers from '"
                            + matcher.group(1)
                            + "' are not reachable in this region ('"
                            + region
                            + "')");
        }
        String version = matcher.group(4);
        return new LayerName(
                region,
                matcher.group(2),
                matcher.group(3),
                version == null ? 0 : Long.parseLong(version));
    }

    public LayerName with(long otherVersion) {
        return new LayerName(region, accountId, name, otherVersion);
    }

    /** The layer's ARN, without version. */
    public String layerArn() {
        return "arn:aws:lambda:" + region + ":" + accountId + ":layer:" + name;
    }

    /** The layer version's ARN. */
    public String versionArn() {
        return layerArn() + ":" + version;
    }
}
