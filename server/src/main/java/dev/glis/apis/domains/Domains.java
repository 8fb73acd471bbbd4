package dev.glis.apis.domains;

import dev.glis.apis.Api;
import dev.glis.apis.Apis;
import dev.glis.apis.Stage;
import dev.glis.base.Clock;
import dev.glis.base.Fault;
import dev.glis.base.Limits;
import dev.glis.store.Store;
import dev.glis.store.Transaction;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Host names of accounts. A host is one account's, and mapped to a stage of one of its APIs. Each
 * change is one transaction, and has its effect on this node before its caller is answered. Calls
 * block. Any thread.
 */
public final class Domains {
    /** The tables of this package. */
    public static final Store.Migrations MIGRATIONS =
            new Store.Migrations("apis.domains", Domains.class, List.of("001_domains.sql"));

    private final DomainMemory memory;
    private final SealedCertificates certificates;
    private final Apis apis;
    private final DomainNames names;
    private final Abilities abilities;
    private final Clock clock;

    /**
     * What this server can do for domains.
     *
     * @param tls whether it listens for TLS where domains' certificates are shown
     * @param acmeRefusal why it obtains no certificates; null if it does
     */
    public record Abilities(boolean tls, @Nullable String acmeRefusal) {}

    /**
     * Domains in a memory.
     *
     * @param reserved host names that, with all below them, nobody may have
     */
    public Domains(
            DomainMemory memory,
            SealedCertificates certificates,
            Apis apis,
            Set<String> reserved,
            Abilities abilities,
            Clock clock) {
        this.memory = memory;
        this.certificates = certificates;
        this.apis = apis;
        this.names = new DomainNames(reserved);
        this.abilities = abilities;
        this.clock = clock;
        apis.afterRemoval(memory::apiRemoved);
    }

    /** The domains of an account, by host. */
    public List<Domain> list(String accountId) {
        return memory.read(tx -> DomainTables.ofAccount(tx, accountId));
    }

    /** Those of one of its APIs. */
    public List<Domain> list(String accountId, String api) {
        String apiId = apis.get(accountId, api).apiId();
        return memory.read(tx -> DomainTables.ofApi(tx, apiId));
    }

    /** An account's domain; NOT_FOUND {@code domain-not-found} if it has none of this host. */
    public Domain get(String accountId, String host) {
        return find(accountId, host).orElseThrow(() -> notFound(host));
    }

    /** An account's domain. */
    public Optional<Domain> find(String accountId, String host) {
        String name = names.require(host);
        return memory.read(tx -> DomainTables.find(tx, name))
                .filter(domain -> domain.accountId().equals(accountId));
    }

    /**
     * Gives an account a host for one of its APIs; or changes what the host is mapped to, or its
     * certificate.
     *
     * @throws Fault CONFLICT {@code domain-taken} when another account has it
     */
    public Domain put(String accountId, String api, String host, DomainChange change) {
        String name = names.require(host);
        Api target = apis.get(accountId, api);
        if (change.stage() != null) {
            Apis.requireStageName(change.stage());
        }
        if (Boolean.TRUE.equals(change.httpsOnly()) && !abilities.tls()) {
            throw Fault.unsupported(
                    "This server has no TLS port for domains (setting gateway-tls-port), so a domain"
                            + " cannot be for HTTPS only");
        }
        DomainChange.Source source = change.certificate();
        if (source instanceof DomainChange.Source.Given given) {
            DomainCertificate.require(
                    name, given.certificates(), given.privateKey(), clock.instant());
        }
        if (source instanceof DomainChange.Source.Acme) {
            requireAcme();
        }
        return memory.change(
                name,
                tx -> {
                    tx.lock("domains/" + accountId);
                    Optional<Domain> present = DomainTables.lock(tx, name);
                    map(tx, name, target, change, present);
                    certify(tx, name, source, present);
                    return require(tx, accountId, name);
                });
    }

    private void map(
            Transaction tx, String host, Api api, DomainChange change, Optional<Domain> present) {
        Instant now = clock.instant();
        String stage = change.stage();
        Boolean httpsOnly = change.httpsOnly();
        if (present.isEmpty()) {
            requireRoom(DomainTables.count(tx, api.accountId()));
            DomainTables.insert(
                    tx,
                    host,
                    api.accountId(),
                    api.apiId(),
                    stage == null ? Stage.DEFAULT : stage,
                    httpsOnly != null && httpsOnly,
                    now);
            return;
        }
        Domain domain = present.get();
        requireOwn(domain, api.accountId());
        DomainTables.map(
                tx,
                host,
                api.apiId(),
                stage == null ? domain.stage() : stage,
                httpsOnly == null ? domain.httpsOnly() : httpsOnly,
                now);
    }

    private void certify(
            Transaction tx,
            String host,
            DomainChange.@Nullable Source source,
            Optional<Domain> present) {
        switch (source) {
            case DomainChange.Source.Given given ->
                    DomainTables.give(
                            tx,
                            host,
                            given.certificates(),
                            certificates.seal(host, given.privateKey()));
            case DomainChange.Source.Acme ignored -> {
                if (present.map(Domain::order).isEmpty()) {
                    DomainTables.demand(tx, host, clock.instant());
                }
            }
            case null -> {
                // It stays as it is.
            }
        }
    }

    /** Has another certificate obtained now, rather than when its time has come. */
    public Domain renew(String accountId, String host) {
        String name = names.require(host);
        requireAcme();
        return memory.change(
                name,
                tx -> {
                    Domain domain = require(tx, accountId, name);
                    if (domain.order() == null) {
                        throw Fault.conflict(
                                "The certificate of "
                                        + name
                                        + " is not obtained by ACME; give its successor, or switch"
                                        + " to ACME, by adding the domain again");
                    }
                    DomainTables.demand(tx, name, clock.instant());
                    return require(tx, accountId, name);
                });
    }

    public void remove(String accountId, String host) {
        String name = names.require(host);
        memory.change(
                name,
                tx -> {
                    require(tx, accountId, name);
                    DomainTables.delete(tx, name);
                    return name;
                });
    }

    private static Domain require(Transaction tx, String accountId, String host) {
        return DomainTables.lock(tx, host)
                .filter(domain -> domain.accountId().equals(accountId))
                .orElseThrow(() -> notFound(host));
    }

    private void requireAcme() {
        String refusal = abilities.acmeRefusal();
        if (refusal != null) {
            throw new Fault(Fault.Kind.UNSUPPORTED, "acme-off", refusal);
        }
    }

    private static void requireOwn(Domain domain, String accountId) {
        if (!domain.accountId().equals(accountId)) {
            throw new Fault(
                    Fault.Kind.CONFLICT,
                    "domain-taken",
                    "The domain " + domain.host() + " belongs to another account of this cloud");
        }
    }

    private static void requireRoom(long have) {
        if (have >= Limits.ACCOUNT_DOMAINS.value()) {
            throw new Fault(
                    Fault.Kind.CONFLICT,
                    "too-many",
                    "The account has " + have + " domains already, which is the limit");
        }
    }

    private static Fault notFound(String host) {
        return new Fault(
                Fault.Kind.NOT_FOUND,
                "domain-not-found",
                "The account has no domain '" + host + "'");
    }
}
