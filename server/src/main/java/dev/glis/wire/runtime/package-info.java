/** The AWS Lambda Runtime API, spoken to the guests inside the sandboxes. */
@NullMarked
package dev.glis.wire.runtime;

import org.jspecify.annotations.NullMarked;
