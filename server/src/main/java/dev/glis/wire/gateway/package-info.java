/** APIs on the public listener. */
@NullMarked
package dev.glis.wire.gateway;

import org.jspecify.annotations.NullMarked;
