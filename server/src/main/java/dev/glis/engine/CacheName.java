package dev.glis.engine;

import dev.glis.base.Sha256;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a cache belongs to: one workload of one account, and everything that it was made of.
 *
 * @param account its number, or a word for what is no account's
 * @param workload hash of the workload's identity
 * @param content hash of all that the cache depends on: code, layers, handler, interpreter, flags
 */
record CacheName(String account, String workload, String content) {
    private static final int WORKLOAD_BYTES = 12;
    private static final int CONTENT_BYTES = 20;
    private static final Pattern FORM =
            Pattern.compile("([a-z0-9]+)-([0-9a-f]{24})-([0-9a-f]{40})");

    /** The name for a function's code as it is. */
    static CacheName of(CacheMaker maker, Blueprint blueprint) {
        var content = new StringBuilder();
        content.append(blueprint.accountId()).append('\0');
        content.append(blueprint.workload()).append('\0');
        content.append(blueprint.runtime()).append('\0');
        content.append(blueprint.handler()).append('\0');
        content.append(blueprint.code()).append('\0');
        for (Path layer : blueprint.layers()) {
            content.append(layer).append('\0');
        }
        content.append(maker.identity(blueprint));
        return new CacheName(
                blueprint.accountId(),
                hashOfWorkload(blueprint.workload()),
                hash(content.toString(), CONTENT_BYTES));
    }

    static Optional<CacheName> parse(String text) {
        var matcher = FORM.matcher(text);
        return matcher.matches()
                ? Optional.of(new CacheName(matcher.group(1), matcher.group(2), matcher.group(3)))
                : Optional.empty();
    }

    static String hashOfWorkload(String workload) {
        return hash(workload, WORKLOAD_BYTES);
    }

    private static String hash(String text, int bytes) {
        return Sha256.of(text.getBytes(StandardCharsets.UTF_8)).substring(0, 2 * bytes);
    }

    @Override
    public String toString() {
        return account + "-" + workload + "-" + content;
    }
}
