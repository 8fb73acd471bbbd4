/** Transactions, migrations, change feed, leases and blobs, on PostgreSQL: embedded or given. */
@NullMarked
package dev.glis.store;

import org.jspecify.annotations.NullMarked;
