package dev.glis.apis.clients;

/**
 * How often: in any time of {@code t} seconds at most {@code perSecond * t + burst} requests.
 *
 * @param perSecond above zero; fractions are allowed
 * @param burst how many may come at once, at least one
 */
public record Rate(double perSecond, long burst) {}
