/** Tenants, access keys, SigV4 verification, policies and quotas. */
@NullMarked
package dev.glis.accounts;

import org.jspecify.annotations.NullMarked;
