/** The heart: schedules invocations onto instances that start, work, idle and stop. */
@NullMarked
package dev.glis.engine;

import org.jspecify.annotations.NullMarked;
