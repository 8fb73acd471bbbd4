/** The Glis cloud: one process. {@code Main} starts it, {@code Cloud} wires it. */
@NullMarked
package dev.glis;

import org.jspecify.annotations.NullMarked;
