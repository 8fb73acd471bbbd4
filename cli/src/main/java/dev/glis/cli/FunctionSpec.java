package dev.glis.cli;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a function should be. A part that is null is not declared: it stays as it is, or takes its
 * default when the function is new.
 *
 * @param folder that holds its code
 * @param url who may call it by its URL
 */
record FunctionSpec(
        String name,
        Path folder,
        @Nullable String runtime,
        @Nullable String handler,
        @Nullable String description,
        @Nullable Integer memoryMb,
        @Nullable Integer timeoutMs,
        @Nullable Integer temporaryMb,
        @Nullable Integer concurrency,
        @Nullable Integer requestsPerInstance,
        @Nullable Map<String, String> environment,
        Access url,
        boolean stream) {
    /** Who may call a function's URL. */
    enum Access {
        /** Everybody who reaches the address. */
        PUBLIC,
        /** Those whose signed requests policies allow. */
        SIGNED,
        /** There is no URL. */
        NONE
    }

    /** A function of which nothing is declared but its folder. */
    static FunctionSpec of(String name, Path folder, Access url) {
        return new FunctionSpec(
                name, folder, null, null, null, null, null, null, null, null, null, url, false);
    }

    FunctionSpec withCommandLine(
            @Nullable String otherName,
            @Nullable String otherRuntime,
            @Nullable String otherHandler,
            boolean isPrivate) {
        return new FunctionSpec(
                otherName == null ? name : otherName,
                folder,
                otherRuntime == null ? runtime : otherRuntime,
                otherHandler == null ? handler : otherHandler,
                description,
                memoryMb,
                timeoutMs,
                temporaryMb,
                concurrency,
                requestsPerInstance,
                environment,
                isPrivate ? Access.NONE : url,
                stream);
    }
}
