package dev.glis.apis;

import java.time.Instant;

/**
 * What an API was at a time; never changed.
 *
 * @param number 1 for an API's first
 */
public record Deployment(int number, String description, Instant created) {}
