package dev.glis.apis;

/**
 * How often something may happen.
 *
 * @param perSecond on average; more than 0
 * @param burst at once; at least 1
 */
public record Rate(double perSecond, long burst) {}
