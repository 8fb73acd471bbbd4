package dev.glis.apis.usage;

/** What usage can be told apart by. */
public enum UsageDimension {
    STAGE,
    ROUTE,
    CLIENT,
    STATUS
}
