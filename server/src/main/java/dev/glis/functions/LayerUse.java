package dev.glis.functions;

/** A layer version as a function uses it: kept with the function, so that it outlives the layer. */
public record LayerUse(String arn, String sha256, long sizeBytes, long unpackedBytes) {}
