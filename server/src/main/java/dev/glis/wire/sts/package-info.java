/** The part of AWS STS that clients call to ask who they are. */
@NullMarked
package dev.glis.wire.sts;

import org.jspecify.annotations.NullMarked;
