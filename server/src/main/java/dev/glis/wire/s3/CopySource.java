package dev.glis.wire.s3;

import dev.glis.net.Headers;
import dev.glis.objects.Copy;
import dev.glis.wire.Query;
import org.jspecify.annotations.Nullable;

/** What {@code x-amz-copy-source} and its siblings say. */
final class CopySource {
    private CopySource() {}

    /** The source, once the caller may read it. */
    static Copy of(S3Call call, Access access) {
        String header = call.request().headers().get("x-amz-copy-source", "");
        int question = header.lastIndexOf("?versionId=");
        Target source = Target.ofSource(question < 0 ? header : header.substring(0, question));
        String version =
                question < 0
                        ? null
                        : Query.parse(header.substring(question + 1)).first("versionId");
        access.object(call, version == null ? "s3:GetObject" : "s3:GetObjectVersion", source);
        return new Copy(
                source.bucket(),
                source.key(),
                version,
                ObjectHeaders.copyCondition(call),
                ObjectHeaders.sourceKey(call),
                replaces(call, "x-amz-metadata-directive"),
                replaces(call, "x-amz-tagging-directive"),
                ObjectHeaders.named(call));
    }

    static void addVersion(Headers headers, Copy source) {
        String version = source.versionId();
        if (version != null) {
            headers.set("x-amz-copy-source-version-id", version);
        }
    }

    private static boolean replaces(S3Call call, String name) {
        @Nullable String directive = call.header(name);
        return switch (directive) {
            case null -> false;
            case "COPY" -> false;
            case "REPLACE" -> true;
            default -> throw S3Refusal.invalidArgument("Unknown directive.", name, directive);
        };
    }
}
