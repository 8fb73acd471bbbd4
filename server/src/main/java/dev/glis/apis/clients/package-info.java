/** Who calls APIs: applications with their secrets, and the plans that limit them. */
@NullMarked
package dev.glis.apis.clients;

import org.jspecify.annotations.NullMarked;
