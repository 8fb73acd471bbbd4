/** Functions: code, versions, aliases, configuration, layers, synchronous and queued invocation. */
@NullMarked
package dev.glis.functions;

import org.jspecify.annotations.NullMarked;
