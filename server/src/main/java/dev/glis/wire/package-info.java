/** The front door of all HTTP APIs: authenticates, then hands over to the protocol's adapter. */
@NullMarked
package dev.glis.wire;

import org.jspecify.annotations.NullMarked;
