package dev.glis.logs;

import java.util.List;

/**
 * Entries of one group that are written together.
 *
 * @param id names the row, so that writing it again changes nothing
 * @param <T> such as a line
 */
public record Chunk<T>(String id, String group, List<T> entries) {}
