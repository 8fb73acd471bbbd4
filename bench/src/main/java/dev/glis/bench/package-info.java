/** Load and latency against a running server, beside bare interpreters in the same run. */
@NullMarked
package dev.glis.bench;

import org.jspecify.annotations.NullMarked;
