package dev.glis.apis.domains;

import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where certificates are obtained.
 *
 * @param directory of the certificate authority (RFC 8555, section 7.1.1)
 * @param contact e-mail address that it may write to; null for none
 * @param trusted PEM file of certificates by which the authority's own server is known; null for
 *     those that Java knows
 */
public record AcmeSettings(URI directory, @Nullable String contact, @Nullable Path trusted) {}
