package dev.glis.functions;

import java.time.Instant;

/**
 * One version of a function, as stored.
 *
 * @param number 0 for {@code $LATEST}
 * @param revision grows with each change of what runs
 * @param revisionId changes with each update; clients give it as a precondition
 */
public record FunctionVersion(
        FunctionName name,
        long number,
        long revision,
        String revisionId,
        Instant modified,
        Settings settings,
        CodePackage code) {
    /** {@code $LATEST} or the number. */
    public String label() {
        return label(number);
    }

    /** The ARN with this version as qualifier. */
    public String arn() {
        return name.with(label()).qualifiedArn();
    }

    /** The hash of its code, as Lambda shows it: of an image, its digest. */
    public String codeSha256() {
        return settings.image() == null ? code.base64() : code.sha256();
    }

    static String label(long number) {
        return number == 0 ? FunctionName.LATEST : Long.toString(number);
    }
}
