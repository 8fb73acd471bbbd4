/**
 * HTTP and TCP listeners, with their limits. The only package, besides wire.runtime, that knows
 * Netty.
 */
@NullMarked
package dev.glis.net;

import org.jspecify.annotations.NullMarked;
