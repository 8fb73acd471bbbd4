package dev.glis.wire.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.apis.Api;
import dev.glis.apis.Apis;
import dev.glis.apis.domains.AcmeOrder;
import dev.glis.apis.domains.Domain;
import dev.glis.apis.domains.DomainCertificate;
import dev.glis.apis.domains.DomainChange;
import dev.glis.apis.domains.Domains;
import dev.glis.base.Fault;
import dev.glis.base.Json;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Host names of accounts for their APIs: {@code /_glis/domains}. */
final class DomainPages {
    private static final String OF_API = "/_glis/apis/{api}/domains";
    private static final String DOMAIN = "/_glis/domains/{host}";

    private final Domains domains;
    private final Apis apis;
    private final Rights rights;
    private final FoundApis found;
    private final Function<Domain, String> address;
    private final String region;

    /**
     * Pages.
     *
     * @param address where a domain is reached
     */
    DomainPages(
            Domains domains,
            Apis apis,
            Rights rights,
            FoundApis found,
            Function<Domain, String> address,
            String region) {
        this.domains = domains;
        this.apis = apis;
        this.rights = rights;
        this.found = found;
        this.address = address;
        this.region = region;
    }

    List<Page> pages() {
        return List.of(
                new Page("GET", "/_glis/domains", 200, this::list),
                new Page("GET", OF_API, 200, this::listOfApi),
                new Page("PUT", OF_API + "/{host}", 200, this::put),
                new Page("GET", DOMAIN, 200, this::show),
                new Page("DELETE", DOMAIN, 200, this::remove),
                new Page("POST", DOMAIN + "/renewal", 200, this::renew));
    }

    private JsonNode list(AdminRequest request) {
        return json(domains.list(rights.account(request, "glis:ListApis", _ -> "*")));
    }

    private JsonNode listOfApi(AdminRequest request) {
        Api api = found.require(request, "glis:GetApi");
        return json(domains.list(api.accountId(), api.apiId()));
    }

    private JsonNode put(AdminRequest request) {
        Api api = found.require(request, "glis:UpdateApi");
        String host = request.variable("host");
        domains.find(api.accountId(), host)
                .filter(present -> !present.apiId().equals(api.apiId()))
                .ifPresent(present -> requireRight(request, present, "glis:UpdateApi"));
        return json(domains.put(api.accountId(), api.apiId(), host, change(request)));
    }

    private static DomainChange change(AdminRequest request) {
        ObjectNode body =
                request.body(Set.of("stage", "httpsOnly", "certificates", "privateKey", "acme"));
        Boolean httpsOnly =
                body.hasNonNull("httpsOnly") ? AdminRequest.truth(body, "httpsOnly") : null;
        String stage = body.hasNonNull("stage") ? AdminRequest.text(body, "stage") : null;
        return new DomainChange(stage, httpsOnly, source(body));
    }

    private static DomainChange.@Nullable Source source(ObjectNode body) {
        boolean acme = body.hasNonNull("acme") && AdminRequest.truth(body, "acme");
        boolean given = body.hasNonNull("certificates") || body.hasNonNull("privateKey");
        if (acme && given) {
            throw Fault.invalid("A certificate is either given or obtained by ACME");
        }
        if (given) {
            return new DomainChange.Source.Given(
                    AdminRequest.text(body, "certificates"), AdminRequest.text(body, "privateKey"));
        }
        return acme ? new DomainChange.Source.Acme() : null;
    }

    private JsonNode show(AdminRequest request) {
        return json(require(request, "glis:GetApi"));
    }

    private JsonNode remove(AdminRequest request) {
        Domain domain = require(request, "glis:UpdateApi");
        domains.remove(domain.accountId(), domain.host());
        return Json.object();
    }

    private JsonNode renew(AdminRequest request) {
        Domain domain = require(request, "glis:UpdateApi");
        return json(domains.renew(domain.accountId(), domain.host()));
    }

    /** The domain of the path, if the caller may do this with its API. */
    private Domain require(AdminRequest request, String action) {
        Domain domain = domains.get(rights.account(request), request.variable("host"));
        requireRight(request, domain, action);
        return domain;
    }

    private void requireRight(AdminRequest request, Domain domain, String action) {
        rights.account(request, action, account -> apis.get(account, domain.apiId()).arn(region));
    }

    private ObjectNode json(List<Domain> all) {
        var list = Json.array();
        all.forEach(domain -> list.add(json(domain)));
        return Json.object().set("domains", list);
    }

    private ObjectNode json(Domain domain) {
        ObjectNode json =
                Json.object()
                        .put("host", domain.host())
                        .put("address", address.apply(domain))
                        .put("apiId", domain.apiId())
                        .put("stage", domain.stage())
                        .put("httpsOnly", domain.httpsOnly())
                        .put("created", domain.created().toString())
                        .put("modified", domain.modified().toString());
        DomainCertificate certificate = domain.certificate();
        if (certificate != null) {
            json.set("certificate", json(certificate));
        }
        AcmeOrder order = domain.order();
        if (order != null) {
            json.set("acme", json(order));
        }
        return json;
    }

    private static ObjectNode json(DomainCertificate certificate) {
        var names = Json.array();
        certificate.names().forEach(names::add);
        ObjectNode json = Json.object();
        json.set("names", names);
        return json.put("issuer", certificate.issuer())
                .put("serial", certificate.serial())
                .put("from", certificate.from().toString())
                .put("until", certificate.until().toString());
    }

    private static ObjectNode json(AcmeOrder order) {
        Instant next = order.nextAttempt();
        return Json.object()
                .put("progress", order.progress().name().toLowerCase(Locale.ROOT))
                .put("failures", order.failures())
                .put("lastError", order.lastError())
                .put("nextAttempt", next == null ? null : next.toString());
    }
}
