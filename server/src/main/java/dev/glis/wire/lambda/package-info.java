/** The AWS Lambda API, as bytes to records and back. */
@NullMarked
package dev.glis.wire.lambda;

import org.jspecify.annotations.NullMarked;
