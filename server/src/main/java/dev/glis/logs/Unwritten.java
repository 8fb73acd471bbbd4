package dev.glis.logs;

import java.util.List;
import java.util.Set;

/**
 * Entries in memory.
 *
 * @param chunkIds of the chunks they belong to, which may be on disk by now
 * @param <T> such as a line
 */
public record Unwritten<T>(Set<String> chunkIds, List<T> entries) {}
