package dev.glis.functions;

import dev.glis.store.Transaction;
import java.nio.file.Path;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Takes code in, whatever form it comes in. Calls block. Safe for use by any thread. */
final class CodeIntake {
    private final CodePackages packages;
    private final Images images;

    CodeIntake(CodePackages packages, Images images) {
        this.packages = packages;
        this.images = images;
    }

    /** Begins to refer to what was taken. */
    interface Use {
        void in(Transaction transaction);
    }

    /**
     * Code that was checked and stored.
     *
     * @param image null unless it is one
     */
    record Taken(CodePackage code, @Nullable ImageUse image, Use use) {
        /** Settings of a function with this code; what it has otherwise than its image stays. */
        Settings applied(Settings settings, @Nullable ImageOverrides overrides) {
            ImageUse before = settings.image();
            if (image == null) {
                return settings;
            }
            if (overrides != null) {
                return settings.withImage(image.with(overrides));
            }
            return settings.withImage(before == null ? image : image.with(before.overrides()));
        }
    }

    /** Checks and stores. */
    Taken accept(String accountId, CodeSource source) {
        return switch (source) {
            case CodeSource.Zip(byte[] zip) -> {
                CodePackage code = packages.accept(zip);
                yield new Taken(code, null, tx -> packages.use(tx, code, zip));
            }
            case CodeSource.Image(String uri) -> image(accountId, uri);
        };
    }

    /**
     * Checks only; of an image parts may be kept for a while, so that the next call is quick.
     *
     * @param examination looks at the folder of a zip file
     */
    Taken check(String accountId, CodeSource source, BiConsumer<CodePackage, Path> examination) {
        return switch (source) {
            case CodeSource.Zip(byte[] zip) ->
                    new Taken(packages.check(zip, examination), null, tx -> {});
            case CodeSource.Image(String uri) -> image(accountId, uri);
        };
    }

    private Taken image(String accountId, String uri) {
        Images.Image found = images.find(accountId, uri);
        var use = new ImageUse(uri, found.resolvedUri(), found.says(), ImageOverrides.NONE);
        return new Taken(found.code(), use, tx -> images.use(tx, accountId, found.code()));
    }
}
