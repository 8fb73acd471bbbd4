/** Glis's own API, behind the command line: accounts, keys, logs, usage, status. */
@NullMarked
package dev.glis.wire.admin;

import org.jspecify.annotations.NullMarked;
