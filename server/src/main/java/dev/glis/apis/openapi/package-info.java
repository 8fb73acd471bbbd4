/** OpenAPI documents: their text with the place of each mistake, and requests held to them. */
@NullMarked
package dev.glis.apis.openapi;

import org.jspecify.annotations.NullMarked;
