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
 * @param image a container image that is run instead of code in the folder: a path or an address
 * @param port on which the image takes HTTP requests; 0 when it asks the Runtime API for work
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
        boolean stream,
        @Nullable String image,
        @Nullable Integer port) {
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
                name, folder, null, null, null, null, null, null, null, null, null, url, false,
                null, null);
    }

    FunctionSpec withImage(@Nullable String otherImage, @Nullable Integer otherPort) {
        return new FunctionSpec(
                name,
                folder,
                runtime,
                handler,
                description,
                memoryMb,
                timeoutMs,
                temporaryMb,
                concurrency,
                requestsPerInstance,
                environment,
                url,
                stream,
                otherImage == null ? image : otherImage,
                otherPort == null ? port : otherPort);
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
                stream,
                image,
                port);
    }
}
