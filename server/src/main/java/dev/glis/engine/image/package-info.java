/**
 * Container images: what they hold, where they come from, and how they become folders that a
 * sandbox sees as its root. Everything that an image holds is taken to be hostile.
 */
@NullMarked
package dev.glis.engine.image;

import org.jspecify.annotations.NullMarked;
