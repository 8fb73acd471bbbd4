package dev.glis.engine;

/** Which network a sandbox may reach. Never the host's loopback, nor link-local addresses. */
public enum Egress {
    /** Nothing but its own loopback. */
    NONE,
    /** Public addresses, through the host's network by address translation. */
    INTERNET
}
