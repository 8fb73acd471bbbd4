/** Host names of accounts for their APIs, with certificates given or obtained by ACME. */
@NullMarked
package dev.glis.apis.domains;

import org.jspecify.annotations.NullMarked;
