/** Sandboxes for native processes: namespaces, seccomp, cgroups, egress policy. */
@NullMarked
package dev.glis.engine.process;

import org.jspecify.annotations.NullMarked;
