/** Usage: recorded in memory, durable within a second, read as a ledger. */
@NullMarked
package dev.glis.meter;

import org.jspecify.annotations.NullMarked;
