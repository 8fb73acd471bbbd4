/** The packaged server, driven by the clients that people have. */
@NullMarked
package dev.glis.e2e;

import org.jspecify.annotations.NullMarked;
