/** The command line: everything it does, it does through the server's public HTTP APIs. */
@NullMarked
package dev.glis.cli;

import org.jspecify.annotations.NullMarked;
