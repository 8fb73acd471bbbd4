package dev.glis.functions;

/** Code as a caller gives it. */
public sealed interface CodeSource {
    /** A zip file. */
    record Zip(byte[] bytes) implements CodeSource {}

    /** The address of a container image. */
    record Image(String uri) implements CodeSource {}
}
