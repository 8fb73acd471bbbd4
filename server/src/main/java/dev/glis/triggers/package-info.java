/** What invokes functions: function URLs for now. */
@NullMarked
package dev.glis.triggers;

import org.jspecify.annotations.NullMarked;
