/**
 * Runs a Java function: the Lambda Runtime API (2018-06-01), the handler and its context.
 *
 * <p>A cold start pays for every class that is loaded and every lambda, pattern switch and string
 * concatenation that must be linked. Hence the plain style here: no lambdas, streams, regular
 * expressions or formatting on the way to the first answer, and libraries only when a handler's
 * types need them. The compiler is told to concatenate strings inline.
 */
@NullMarked
package dev.glis.guest;

import org.jspecify.annotations.NullMarked;
