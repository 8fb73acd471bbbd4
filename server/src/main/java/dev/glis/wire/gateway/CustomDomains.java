package dev.glis.wire.gateway;

import dev.glis.apis.domains.DomainMemory;
import dev.glis.apis.domains.ServedDomain;
import dev.glis.net.Headers;
import dev.glis.net.HttpRequest;
import dev.glis.net.HttpResponder;
import dev.glis.net.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Requests for host names that accounts have of their own. What is in memory decides; never blocks.
 */
public final class CustomDomains {
    private static final String CHALLENGE = "/.well-known/acme-challenge/";
    private static final int HTTPS = 443;

    private final DomainMemory domains;
    private final int tlsPort;

    /**
     * Domains in memory.
     *
     * @param tlsPort where they are reached by HTTPS; 0 for nowhere
     */
    public CustomDomains(DomainMemory domains, int tlsPort) {
        this.domains = domains;
        this.tlsPort = tlsPort;
    }

    /** The domain that a request is for; null if it is for none. */
    @Nullable ServedDomain of(HttpRequest request) {
        return domains.hasSome() ? domains.find(request.hostName()) : null;
    }

    /**
     * Answers what a certificate authority asks, and sends to HTTPS who must come by it; tells
     * whether it did. All else is for the domain's API.
     */
    boolean answered(ServedDomain domain, HttpRequest request, HttpResponder responder) {
        if (request.secure()) {
            return false;
        }
        ServedDomain.Challenge challenge = domain.challenge();
        if (challenge != null && request.rawPath().equals(CHALLENGE + challenge.token())) {
            responder.send(
                    HttpResponse.of(
                            200,
                            "application/octet-stream",
                            challenge.answer().getBytes(StandardCharsets.US_ASCII)));
            return true;
        }
        if (domain.httpsOnly() && tlsPort != 0) {
            responder.send(toHttps(request));
            return true;
        }
        return false;
    }

    /** Who came to a port other than HTTP's own goes to ours; else to that of HTTPS. */
    private HttpResponse toHttps(HttpRequest request) {
        boolean usual = request.headers().get("Host", "").indexOf(':') < 0 || tlsPort == HTTPS;
        String query = request.rawQuery().isEmpty() ? "" : "?" + request.rawQuery();
        String location =
                "https://"
                        + request.hostName()
                        + (usual ? "" : ":" + tlsPort)
                        + request.rawPath()
                        + query;
        return new HttpResponse(308, Headers.of("Location", location), new byte[0]);
    }
}
