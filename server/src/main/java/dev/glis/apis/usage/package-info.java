/** What APIs answered: counted over time, and each response by itself. */
@NullMarked
package dev.glis.apis.usage;

import org.jspecify.annotations.NullMarked;
