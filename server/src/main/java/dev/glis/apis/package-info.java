/** The API gateway: APIs with their routes and stages, and how a request is served by them. */
@NullMarked
package dev.glis.apis;

import org.jspecify.annotations.NullMarked;
