/** The consumer portal: what people see of APIs in a browser. */
@NullMarked
package dev.glis.wire.portal;

import org.jspecify.annotations.NullMarked;
