/**
 * What every layer uses and that knows no layer: time, identifiers, faults, JSON, limits, settings.
 */
@NullMarked
package dev.glis.base;

import org.jspecify.annotations.NullMarked;
