package dev.glis.apis;

/**
 * That answers are compressed for clients that accept it.
 *
 * @param minimumBytes shorter answers are left as they are
 */
public record Compression(int minimumBytes) {}
