package dev.glis.apis.usage;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Responses that were found, the newest first.
 *
 * @param next where to go on; null when all was searched
 */
public record ResponsePage(List<Served> responses, @Nullable ResponsePosition next) {}
