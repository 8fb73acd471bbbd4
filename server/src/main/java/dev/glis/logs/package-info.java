/** Function logs: written in batches to the store, followed live, kept for a set time. */
@NullMarked
package dev.glis.logs;

import org.jspecify.annotations.NullMarked;
