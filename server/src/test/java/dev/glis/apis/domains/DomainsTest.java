package dev.glis.apis.domains;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.glis.accounts.SecretBox;
import dev.glis.apis.Apis;
import dev.glis.apis.domains.DomainChange.Source;
import dev.glis.base.Clock;
import dev.glis.base.Fault;
import dev.glis.base.Ids;
import dev.glis.base.Limits;
import dev.glis.base.SystemTimers;
import dev.glis.base.testing.Await;
import dev.glis.net.TlsIdentity;
import dev.glis.net.testing.TestCertificate;
import dev.glis.store.testing.TestStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Domains on the real store; a second memory stands for another node. */
final class DomainsTest {
    private static final String ACCOUNT = "123456789012";
    private static final String OTHER = "999999999999";
    private static final String HOST = "shop.example.com";
    private static final DomainChange NOTHING = new DomainChange(null, null, null);
    private static final Clock CLOCK = Clock.system();

    @TempDir private static Path folder;
    private static Source.Given given;
    private static Source.Given wildcard;

    private final TestStore store = TestStore.open(Apis.MIGRATIONS, Domains.MIGRATIONS);
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final SystemTimers timers = new SystemTimers();
    private final Apis apis = new Apis(store.store(), new Ids(CLOCK), CLOCK);
    private final SealedCertificates certificates =
            new SealedCertificates(SecretBox.open(store.folder().resolve("secrets.key")));
    private final DomainMemory memory = memory();
    private final DomainMemory otherNode = memory();
    private final Domains domains = domains(new Domains.Abilities(true, null));

    @BeforeAll
    static void makeCertificates() throws Exception {
        given = certificate("dns:" + HOST);
        wildcard = certificate("dns:*.example.com");
    }

    @AfterEach
    void close() {
        memory.close();
        otherNode.close();
        apis.close();
        timers.close();
        executor.close();
        store.close();
    }

    private DomainMemory memory() {
        return new DomainMemory(store.store(), certificates, timers, executor);
    }

    private Domains domains(Domains.Abilities abilities) {
        return new Domains(memory, certificates, apis, Set.of(), abilities, CLOCK);
    }

    private static Source.Given certificate(String names) throws Exception {
        var made = TestCertificate.make(Files.createTempDirectory(folder, "c"), names).files();
        return new Source.Given(
                Files.readString(made.certificates()), Files.readString(made.privateKey()));
    }

    @Test
    void aDomainIsServedOnceItIsAddedAndNoMoreOnceItIsRemoved() {
        String apiId = apis.create(ACCOUNT, "pets").apiId();
        domains.put(ACCOUNT, "pets", "Shop.Example.com", new DomainChange("beta", true, null));
        ServedDomain served = served();
        assertEquals(apiId, served.apiId());
        assertEquals("beta", served.stage());
        assertTrue(served.httpsOnly());
        Await.until("the other node knows it", () -> otherNode.find(HOST) != null);

        domains.remove(ACCOUNT, HOST);
        assertNull(memory.find(HOST));
        Await.until("the other node knows that", () -> otherNode.find(HOST) == null);
    }

    @Test
    void whatIsNotSaidStays() {
        apis.create(ACCOUNT, "pets");
        String other = apis.create(ACCOUNT, "fish").apiId();
        domains.put(ACCOUNT, "pets", HOST, new DomainChange("beta", true, given));
        Domain moved = domains.put(ACCOUNT, "fish", HOST, NOTHING);
        assertEquals(other, moved.apiId());
        assertEquals("beta", moved.stage());
        assertTrue(moved.httpsOnly());
        assertEquals(List.of(HOST), requireNonNull(moved.certificate()).names());
        assertEquals(other, served().apiId());
    }

    @Test
    void aHostIsOneAccountsOnly() {
        apis.create(ACCOUNT, "pets");
        apis.create(OTHER, "pets");
        domains.put(ACCOUNT, "pets", HOST, NOTHING);
        refused("domain-taken", () -> domains.put(OTHER, "pets", HOST, NOTHING));
        refused("domain-not-found", () -> domains.get(OTHER, HOST));
        refused("domain-not-found", () -> domains.remove(OTHER, HOST));
        refused("domain-not-found", () -> domains.renew(OTHER, HOST));
        assertEquals(List.of(), domains.list(OTHER));
        domains.remove(ACCOUNT, HOST);
        domains.put(OTHER, "pets", HOST, NOTHING);
        assertEquals(OTHER, domains.get(OTHER, HOST).accountId());
    }

    @Test
    void domainsGoWithTheirApi() {
        apis.create(ACCOUNT, "pets");
        apis.create(ACCOUNT, "fish");
        domains.put(ACCOUNT, "pets", HOST, NOTHING);
        domains.put(ACCOUNT, "fish", "fish.example.com", NOTHING);
        apis.delete(ACCOUNT, "pets");
        assertNull(memory.find(HOST));
        assertNotNull(memory.find("fish.example.com"));
        Await.until("the other node knows it", () -> otherNode.find(HOST) == null);
    }

    @Test
    void anAccountHasALimitedNumber() {
        apis.create(ACCOUNT, "pets");
        for (int i = 0; i < Limits.ACCOUNT_DOMAINS.value(); i++) {
            domains.put(ACCOUNT, "pets", "a" + i + ".example.com", NOTHING);
        }
        refused("too-many", () -> domains.put(ACCOUNT, "pets", HOST, NOTHING));
        domains.put(ACCOUNT, "pets", "a0.example.com", NOTHING);
    }

    @Test
    void certificatesAreShownAtOnceAndReplacedAtOnceOnAllNodes() throws Exception {
        apis.create(ACCOUNT, "pets");
        domains.put(ACCOUNT, "pets", HOST, NOTHING);
        assertEquals(Optional.empty(), names(memory));
        domains.put(ACCOUNT, "pets", HOST, new DomainChange(null, null, given));
        assertEquals(Optional.of(List.of(HOST)), names(memory));
        Await.until("the other node shows it", () -> names(otherNode).isPresent());

        domains.put(ACCOUNT, "pets", HOST, new DomainChange(null, null, wildcard));
        assertEquals(Optional.of(List.of("*.example.com")), names(memory));
        Await.until(
                "the other node shows the new one",
                () -> names(otherNode).equals(Optional.of(List.of("*.example.com"))));
        try (var restarted = memory()) {
            assertEquals(Optional.of(List.of("*.example.com")), names(restarted));
        }
    }

    private static Optional<List<String>> names(DomainMemory of) {
        return of.identity(HOST)
                .orTimeout(20, TimeUnit.SECONDS)
                .join()
                .map(TlsIdentity::chain)
                .map(chain -> DomainCertificate.of(chain.getFirst()).names());
    }

    @Test
    void privateKeysAreEncryptedEachForItsHost() {
        apis.create(ACCOUNT, "pets");
        domains.put(ACCOUNT, "pets", HOST, new DomainChange(null, null, given));
        DomainTables.Sealed sealed =
                store.store().read(tx -> DomainTables.sealed(tx, HOST)).orElseThrow();
        String key = given.privateKey().lines().toList().get(1);
        assertFalse(
                new String(sealed.privateKey(), StandardCharsets.ISO_8859_1)
                        .contains(key.substring(0, 20)));
        assertEquals(
                "secrets-key",
                assertThrows(Fault.class, () -> certificates.open("other.example.com", sealed))
                        .code());
    }

    @Test
    void certificatesThatAreNotFitAreRefused() throws Exception {
        apis.create(ACCOUNT, "pets");
        Source.Given other = certificate("dns:shop.example.org,dns:*.com,dns:*.shop.example.com");
        refusedCertificate("covers", other);
        refusedCertificate("key", new Source.Given(given.certificates(), wildcard.privateKey()));
        refusedCertificate("BEGIN CERTIFICATE", new Source.Given("", given.privateKey()));
        refusedCertificate(
                "BEGIN PRIVATE KEY", new Source.Given(given.certificates(), "BEGIN RSA"));
        refusedCertificate(
                "not signed",
                new Source.Given(
                        given.certificates() + wildcard.certificates(), given.privateKey()));
        refusedCertificate(
                "larger",
                new Source.Given(given.certificates() + "x".repeat(65_536), given.privateKey()));
        assertEquals(List.of(), domains.list(ACCOUNT), "nothing was added");
    }

    private void refusedCertificate(String why, Source.Given certificate) {
        var change = new DomainChange(null, null, certificate);
        var fault = assertThrows(Fault.class, () -> domains.put(ACCOUNT, "pets", HOST, change));
        assertEquals("invalid-certificate", fault.code());
        assertTrue(fault.text().contains(why), fault.text());
    }

    @Test
    void certificatesMustBeOfThisTime() {
        Instant now = CLOCK.instant();
        for (long days : List.of(-1L, 100L)) {
            var fault =
                    assertThrows(
                            Fault.class,
                            () ->
                                    DomainCertificate.require(
                                            HOST,
                                            given.certificates(),
                                            given.privateKey(),
                                            now.plusSeconds(days * 86_400)));
            assertEquals("invalid-certificate", fault.code());
            assertTrue(fault.text().contains(days < 0 ? "before" : "expired"), fault.text());
        }
    }

    @Test
    void whatTheServerCannotDoIsRefused() {
        apis.create(ACCOUNT, "pets");
        Domains plain = domains(new Domains.Abilities(false, "no TLS port"));
        refused(
                "unsupported",
                () -> plain.put(ACCOUNT, "pets", HOST, new DomainChange(null, true, null)));
        refused(
                "acme-off",
                () ->
                        plain.put(
                                ACCOUNT,
                                "pets",
                                HOST,
                                new DomainChange(null, null, new Source.Acme())));
        domains.put(ACCOUNT, "pets", HOST, new DomainChange(null, null, given));
        refused("conflict", () -> domains.renew(ACCOUNT, HOST));
    }

    @Test
    void aGivenCertificateEndsAnOrder() {
        apis.create(ACCOUNT, "pets");
        var acme = new DomainChange(null, null, new Source.Acme());
        Domain ordered = domains.put(ACCOUNT, "pets", HOST, acme);
        assertEquals(AcmeOrder.Progress.WAITING, progress(ordered));
        memory.change(
                HOST,
                tx -> {
                    DomainTables.ordered(tx, HOST, "https://ca/order/1", new byte[] {1});
                    DomainTables.challenged(
                            tx, HOST, new ServedDomain.Challenge("token", "answer"));
                    return HOST;
                });
        assertEquals("token", requireNonNull(served().challenge()).token());
        assertEquals(
                AcmeOrder.Progress.VALIDATING,
                progress(domains.put(ACCOUNT, "pets", HOST, acme)),
                "asked again, the order goes on");

        Domain changed = domains.put(ACCOUNT, "pets", HOST, new DomainChange(null, null, given));
        assertNull(changed.order());
        assertNull(served().challenge());
        assertNull(served().nextAttempt());
    }

    private ServedDomain served() {
        return requireNonNull(memory.find(HOST));
    }

    private static AcmeOrder.Progress progress(Domain domain) {
        return requireNonNull(domain.order()).progress();
    }

    private static void refused(String code, Runnable work) {
        assertEquals(code, assertThrows(Fault.class, work::run).code());
    }
}
