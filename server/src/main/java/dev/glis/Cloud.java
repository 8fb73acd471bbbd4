package dev.glis;

import dev.glis.accounts.Authenticator;
import dev.glis.accounts.Authorizer;
import dev.glis.accounts.StoredAccounts;
import dev.glis.apis.Api;
import dev.glis.apis.ApiDocuments;
import dev.glis.apis.ApiParts;
import dev.glis.apis.Apis;
import dev.glis.apis.Storefront;
import dev.glis.apis.clients.ClientControl;
import dev.glis.apis.clients.Clients;
import dev.glis.apis.clients.Limiter;
import dev.glis.apis.clients.Quotas;
import dev.glis.apis.domains.AcmeSettings;
import dev.glis.apis.domains.CertificateOrders;
import dev.glis.apis.domains.Domain;
import dev.glis.apis.domains.DomainMemory;
import dev.glis.apis.domains.Domains;
import dev.glis.apis.domains.SealedCertificates;
import dev.glis.apis.sockets.Sockets;
import dev.glis.apis.usage.ApiUsage;
import dev.glis.apis.usage.ResponseLog;
import dev.glis.base.Clock;
import dev.glis.base.Fault;
import dev.glis.base.Ids;
import dev.glis.base.SystemTimers;
import dev.glis.base.Timers;
import dev.glis.engine.Caches;
import dev.glis.engine.Egress;
import dev.glis.engine.EngineSettings;
import dev.glis.engine.InstalledRuntimes;
import dev.glis.engine.PreparedCaches;
import dev.glis.engine.Runtimes;
import dev.glis.engine.Scheduler;
import dev.glis.engine.wasm.WasmLanguage;
import dev.glis.functions.FunctionControl;
import dev.glis.functions.Images;
import dev.glis.functions.Invoker;
import dev.glis.functions.QueuedInvocations;
import dev.glis.functions.RetryDelays;
import dev.glis.logs.StoredLogs;
import dev.glis.meter.FunctionUsage;
import dev.glis.meter.MeterLedger;
import dev.glis.net.BodyBudget;
import dev.glis.net.EventLoops;
import dev.glis.net.HttpLimits;
import dev.glis.net.HttpListener;
import dev.glis.net.ListenAddress;
import dev.glis.net.ServerNames;
import dev.glis.net.TlsFiles;
import dev.glis.net.Upstreams;
import dev.glis.net.WebSocketLimits;
import dev.glis.objects.ObjectStorage;
import dev.glis.store.FileBlobs;
import dev.glis.store.PostgresStore;
import dev.glis.triggers.FunctionUrlHandler;
import dev.glis.wire.ApiFront;
import dev.glis.wire.ServiceAdapter;
import dev.glis.wire.admin.AdminAdapter;
import dev.glis.wire.admin.ServerFacts;
import dev.glis.wire.apigatewayv2.ApiGatewayAdapter;
import dev.glis.wire.gateway.Backends;
import dev.glis.wire.gateway.CustomDomains;
import dev.glis.wire.gateway.GatewayHandler;
import dev.glis.wire.gateway.SocketGateway;
import dev.glis.wire.lambda.CodeLinks;
import dev.glis.wire.lambda.LambdaAdapter;
import dev.glis.wire.portal.PortalHandler;
import dev.glis.wire.portal.PortalServices;
import dev.glis.wire.portal.PortalSettings;
import dev.glis.wire.runtime.RuntimeApi;
import dev.glis.wire.s3.S3Adapter;
import dev.glis.wire.sts.StsAdapter;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The wiring of the whole cloud, by constructors, lowest layer first. What has been started is
 * stopped in the opposite order, also when the start fails half-way.
 */
final class Cloud implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Cloud.class.getName());
    private static final Map<String, Egress> EGRESS =
            Map.of("none", Egress.NONE, "internet", Egress.INTERNET);
    private static final int SANDBOX_LABEL_LENGTH = 24;
    private static final long MOST_DELAY_MS = 24L * 3_600_000;

    private static final Map<String, Boolean> ACME_TERMS = Map.of("accepted", true, "", false);

    private static final Map<String, Boolean> WASM_IN_SERVER =
            Map.of("server", true, "worker", false);

    private final Settings settings;
    private final Clock clock;
    private final Deque<AutoCloseable> started = new ArrayDeque<>();
    private String greeting = "";

    private Cloud(Settings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * Starts everything; when this returns, requests are answered.
     *
     * @throws Fault when it cannot be started; nothing is left running then
     */
    static Cloud start(Settings settings, Clock clock) {
        var cloud = new Cloud(settings, clock);
        try {
            cloud.start();
            return cloud;
        } catch (IOException e) {
            cloud.close();
            throw Fault.internal("Glis could not be started: " + e, e);
        } catch (RuntimeException e) {
            cloud.close();
            throw e;
        }
    }

    /** Where it answers, for people. */
    String greeting() {
        return greeting;
    }

    private void start() throws IOException {
        Instant startedAt = clock.instant();
        String region = settings.text(Settings.REGION);
        var data = keep(DataFolder.open(settings.dataFolder()));
        var ids = new Ids(clock);
        var timers = keep(new SystemTimers());
        var executor = keep(Executors.newVirtualThreadPerTaskExecutor());
        keep(IdleMemory.watch(clock, timers, executor));

        // net: the ports first, so that one in use stops the start before anything else happens
        var loops = keep(new EventLoops());
        var apiDoor = new FrontDoor();
        var gatewayDoor = new FrontDoor();
        var bodies = BodyBudget.standard();
        var apiListener = listen(loops, Settings.PORT, tlsFiles(), null, bodies, apiDoor);
        var domainDoor = new DomainDoor();
        var gateways = gateways(loops, bodies, gatewayDoor, domainDoor);
        HttpListener gatewayListener = gateways.shown();

        // what takes its time goes on side by side
        var runtimesFound =
                later(executor, () -> InstalledRuntimes.find(data.path("guest"), executor));
        var sandboxesReady = later(executor, () -> Isolation.prepare(settings, data));
        var store = keep(openStore(data));
        var blobs = new FileBlobs(data.path("blobs"));
        store.migrate(
                List.of(
                        StoredAccounts.MIGRATIONS,
                        MeterLedger.MIGRATIONS,
                        StoredLogs.MIGRATIONS,
                        FunctionControl.migrations(),
                        QueuedInvocations.MIGRATIONS,
                        Apis.MIGRATIONS,
                        Domains.MIGRATIONS,
                        ApiUsage.MIGRATIONS,
                        Clients.MIGRATIONS,
                        ObjectStorage.MIGRATIONS));

        // accounts, meter, logs
        var accounts = keep(new StoredAccounts(store, data.path("secrets.key"), ids, clock));
        keepCredentials(accounts, data);
        Authorizer authorizer = accounts.authorizer();
        var meter = keep(new MeterLedger(store, clock, timers, ids, executor));
        var logs = keep(new StoredLogs(store, clock, timers, ids, executor));

        // engine
        Isolation isolation = join(sandboxesReady);
        keep(isolation.sandboxes());
        var wasm = keep(webAssembly(data, isolation, accounts, timers, ids));
        Runtimes runtimes = join(runtimesFound).with(wasm);
        var protocol = new RuntimeApi(loops.group());
        Caches caches =
                isolation.kind().equals("process")
                        ? keep(
                                PreparedCaches.open(
                                        data.path("caches"),
                                        isolation.sandboxes(),
                                        runtimes,
                                        protocol,
                                        clock,
                                        timers,
                                        ids,
                                        executor,
                                        region))
                        : Caches.NONE;
        var engine =
                keep(
                        new Scheduler(
                                engineSettings(region),
                                isolation.sandboxes(),
                                runtimes,
                                protocol,
                                logs,
                                new FunctionUsage(meter),
                                caches,
                                clock,
                                timers,
                                ids,
                                executor));

        // services
        var control =
                keep(
                        new FunctionControl(
                                store,
                                blobs,
                                data.path("code"),
                                data.path("images"),
                                new Images.ImageRules(
                                        isolation.sandboxes().rootRefusal(),
                                        settings.words(Settings.REGISTRIES)),
                                engine,
                                runtimes,
                                accounts,
                                clock,
                                timers,
                                ids,
                                executor,
                                new SecureRandom(),
                                region,
                                settings.choice(Settings.EGRESS, EGRESS)));
        control.start();
        accounts.refuseDeletionWhile(control::holding);
        var queue =
                keep(
                        new QueuedInvocations(
                                store,
                                control.catalog(),
                                engine,
                                retryDelays(),
                                ids,
                                clock,
                                timers,
                                executor));
        keep(store.leases().run("queued-invocations", queue));
        var invoker =
                new Invoker(control.catalog(), engine, authorizer, queue, meter, clock, executor);

        var apis = keep(new Apis(store, ids, clock));
        accounts.refuseDeletionWhile(apis::holding);
        var certificates = new SealedCertificates(accounts.secrets());
        var domainMemory = keep(new DomainMemory(store, certificates, timers, executor));
        domainDoor.open(domainMemory);
        var domains =
                new Domains(
                        domainMemory,
                        certificates,
                        apis,
                        reservedHosts(),
                        domainAbilities(),
                        clock);
        if (acmeRefusal() == null) {
            var orders =
                    keep(
                            new CertificateOrders(
                                    domainMemory,
                                    certificates,
                                    acmeSettings(),
                                    clock,
                                    timers,
                                    new SecureRandom(),
                                    executor));
            keep(store.leases().run("api-certificates", orders));
        }
        var clients = keep(new Clients(store, ids, clock));
        var quotas = keep(new Quotas(store, clock, timers, ids, executor));
        var limiter = keep(new Limiter(quotas, clock, timers, executor));
        var clientControl = ClientControl.of(store, clients, apis::published, ids, clock);
        apis.afterRemoval(clientControl.subscriptions()::apiRemoved);
        accounts.refuseDeletionWhile(clientControl::holding);
        var apiUsage = keep(new ApiUsage(store, clock, timers, ids, executor));
        keep(store.leases().run("api-usage", apiUsage.upkeep()));
        var responses =
                keep(
                        new ResponseLog(
                                store,
                                (_, apiId, stage) -> apis.catalog().log(apiId, stage),
                                clock,
                                timers,
                                ids,
                                executor));
        keep(store.leases().run("api-responses", responses.upkeep()));
        apis.afterRemoval(apiUsage::delete);
        apis.afterRemoval(responses::delete);

        var traffic = apiUsage.and(responses);
        var sockets =
                keep(
                        new Sockets(
                                apis.catalog(),
                                invoker,
                                clients,
                                limiter,
                                traffic,
                                ids,
                                clock,
                                timers,
                                new SecureRandom(),
                                executor));
        apis.afterRemoval(sockets::apiRemoved);
        clients.watch(sockets);

        var storage =
                new ObjectStorage(
                        store, data.path("objects"), data.path("objects.key"), meter, ids, clock);
        accounts.refuseDeletionWhile(storage::holding);
        keep(store.leases().run("objects", storage.upkeep(timers, executor)));

        // wire
        String endpoint = address(apiListener);
        String gateway = address(gatewayListener);
        String portal = portalAddress(gatewayListener);
        var facts =
                new ServerFacts(
                        Main.VERSION,
                        region,
                        startedAt,
                        endpoint,
                        gateway,
                        portal,
                        isolation.facts());
        var links = new CodeLinks(control.functions(), clock, executor);
        var lambda =
                new LambdaAdapter(
                        control,
                        invoker,
                        authorizer,
                        links,
                        id -> functionUrl(gatewayListener, id),
                        ids,
                        executor);
        var admin =
                new AdminAdapter(
                        facts,
                        accounts,
                        authorizer,
                        logs,
                        meter,
                        engine,
                        runtimes,
                        control.images(),
                        control.imageUploads(),
                        apis,
                        sockets::list,
                        apiUsage,
                        responses,
                        control.catalog(),
                        api -> apiAddress(gatewayListener, api, api.label()),
                        domains,
                        domain -> domainAddress(gateways, domain),
                        clientControl,
                        ids,
                        clock,
                        executor);
        var apiParts = new ApiParts(apis, ids, clock);
        var apiGatewayV2 =
                new ApiGatewayAdapter(
                        apiParts,
                        new ApiDocuments(apiParts, apis, ids, clock),
                        authorizer,
                        region,
                        api -> apiAddress(gatewayListener, api, api.apiId()),
                        ids,
                        executor);
        var s3 =
                new S3Adapter(
                        storage.buckets(),
                        storage.objects(),
                        storage.uploads(),
                        accounts.authenticator(region, Set.of("s3")),
                        authorizer,
                        region,
                        ids,
                        clock,
                        executor);
        List<ServiceAdapter> adapters =
                List.of(lambda, apiGatewayV2, new StsAdapter(ids), admin, s3);
        Authenticator authenticator = accounts.authenticator(region, services(adapters));
        apiDoor.open(links.before(new ApiFront(authenticator, adapters, ids, executor)));
        var functionUrls =
                new FunctionUrlHandler(
                        control.catalog(),
                        invoker,
                        authenticator,
                        authorizer,
                        ids,
                        clock,
                        executor);
        var upstreams = keep(new Upstreams(loops));
        var signedForApis = accounts.authenticator(region, Set.of("execute-api"));
        var apiGateway =
                new GatewayHandler(
                        new CustomDomains(domainMemory, gateways.tlsPort()),
                        apis.catalog(),
                        clients,
                        limiter,
                        new Backends(
                                invoker,
                                authorizer,
                                upstreams,
                                settings.words(Settings.PRIVATE_BACKENDS),
                                timers,
                                clock,
                                new SecureRandom(),
                                executor,
                                region),
                        new SocketGateway(
                                sockets,
                                WebSocketLimits.standard(),
                                signedForApis,
                                authorizer,
                                region),
                        signedForApis,
                        accounts.failedAttempts(),
                        authorizer,
                        traffic,
                        ids,
                        clock,
                        new SecureRandom(),
                        executor,
                        region,
                        functionUrls);
        var portalServices =
                new PortalServices(
                        accounts.sessions(),
                        authorizer,
                        apis,
                        new Storefront(store),
                        clientControl,
                        apiUsage,
                        responses);
        gatewayDoor.open(
                hasPortal()
                        ? new PortalHandler(
                                new PortalSettings(
                                        portalHost(),
                                        settings.text(Settings.PORTAL_TITLE),
                                        settings.text(Settings.PORTAL_CONTACT),
                                        region,
                                        api -> apiAddress(gatewayListener, api, api.label())),
                                portalServices,
                                clock,
                                timers,
                                executor,
                                apiGateway)
                        : apiGateway);

        data.writeServer(endpoint, gateway, region, startedAt.toString(), tlsFiles());
        greeting = greeting(endpoint, gateways, portal, data, isolation);
    }

    private WasmLanguage webAssembly(
            DataFolder data, Isolation isolation, StoredAccounts accounts, Timers timers, Ids ids)
            throws IOException {
        boolean operatorInServer = settings.choice(Settings.WASM_OPERATOR, WASM_IN_SERVER);
        boolean othersInServer = settings.choice(Settings.WASM_OTHERS, WASM_IN_SERVER);
        return new WasmLanguage(
                data.path("wasm"),
                isolation.sandboxes(),
                clock,
                timers,
                () -> ids.hostLabel(SANDBOX_LABEL_LENGTH),
                accountId ->
                        accountId.equals(accounts.operatorAccountId())
                                ? operatorInServer
                                : othersInServer);
    }

    private static Set<String> services(List<ServiceAdapter> adapters) {
        return adapters.stream().map(ServiceAdapter::service).collect(Collectors.toSet());
    }

    /**
     * Makes sure that the operator can get in: the key made with the first account is shown only
     * once, so if its file was lost, by a kill between the two or by hand, there is a new one.
     */
    private static void keepCredentials(StoredAccounts accounts, DataFolder data) {
        var first = accounts.bootstrap();
        if (first.isPresent() || !data.hasCredentials()) {
            data.writeCredentials(
                    first.orElseGet(() -> accounts.createKey(accounts.operatorAccountId(), "")));
        }
    }

    /**
     * The listeners of function URLs, APIs and the portal.
     *
     * @param plain speaks HTTPS if it is the only one and there is a certificate for it
     */
    private record Gateways(HttpListener plain, @Nullable HttpListener tls, HttpListener shown) {
        int tlsPort() {
            return tls == null ? 0 : tls.port();
        }
    }

    private Gateways gateways(
            EventLoops loops, BodyBudget bodies, FrontDoor door, DomainDoor domains) {
        TlsFiles files = tlsFiles();
        if (!hasTlsPort()) {
            var only = listen(loops, Settings.GATEWAY_PORT, files, null, bodies, door);
            return new Gateways(only, null, only);
        }
        var plain = listen(loops, Settings.GATEWAY_PORT, null, null, bodies, door);
        var tls = listen(loops, Settings.GATEWAY_TLS_PORT, files, domains, bodies, door);
        return new Gateways(plain, tls, files == null ? plain : tls);
    }

    private boolean hasTlsPort() {
        return !settings.text(Settings.GATEWAY_TLS_PORT)
                .equals(Settings.GATEWAY_TLS_PORT.otherwise());
    }

    /** By HTTPS where it can be, as far as this server knows: others may forward other ports. */
    private static String domainAddress(Gateways gateways, Domain domain) {
        boolean secure = gateways.tls() != null && domain.certificate() != null;
        int port = secure ? gateways.tlsPort() : gateways.plain().port();
        return (secure ? "https://" : "http://") + domain.host() + ":" + port + "/";
    }

    private Set<String> reservedHosts() {
        var reserved = new HashSet<String>();
        settings.words(Settings.RESERVED_HOSTS)
                .forEach(host -> reserved.add(host.toLowerCase(Locale.ROOT)));
        if (hasPortal()) {
            reserved.add(portalHost());
        }
        return reserved;
    }

    private Domains.Abilities domainAbilities() {
        return new Domains.Abilities(hasTlsPort(), acmeRefusal());
    }

    private @Nullable String acmeRefusal() {
        if (!hasTlsPort()) {
            return "This server has no TLS port for domains: its operator must set gateway-tls-port";
        }
        return settings.choice(Settings.ACME_TERMS, ACME_TERMS)
                ? null
                : "This server obtains no certificates: its operator must accept the terms of the"
                        + " certificate authority by the setting acme-terms";
    }

    private AcmeSettings acmeSettings() {
        String contact = settings.text(Settings.ACME_CONTACT);
        String trusted = settings.text(Settings.ACME_CA);
        return new AcmeSettings(
                acmeDirectory(),
                contact.isEmpty() ? null : contact,
                trusted.isEmpty() ? null : Path.of(trusted).toAbsolutePath());
    }

    private URI acmeDirectory() {
        String address = settings.text(Settings.ACME_DIRECTORY);
        if (!address.startsWith("https://") || !URI.create(address).isAbsolute()) {
            throw new Fault(
                    Fault.Kind.INVALID,
                    "invalid-setting",
                    "acme-directory is '" + address + "' but must be an https address");
        }
        return URI.create(address);
    }

    private HttpListener listen(
            EventLoops loops,
            Settings.Setting port,
            @Nullable TlsFiles tls,
            @Nullable ServerNames names,
            BodyBudget bodies,
            FrontDoor door) {
        var address =
                new ListenAddress(settings.text(Settings.BIND), settings.port(port), port.flag());
        var listener =
                new HttpListener(
                        loops, address, tls, names, HttpLimits.standard(), bodies, door, clock);
        listener.start();
        return keep(listener);
    }

    private @Nullable TlsFiles tlsFiles() {
        boolean certificates = settings.isSet(Settings.TLS_CERTIFICATES);
        if (certificates != settings.isSet(Settings.TLS_KEY)) {
            throw new Fault(
                    Fault.Kind.INVALID,
                    "invalid-setting",
                    "tls-certificates and tls-key belong together: give both, or neither");
        }
        return certificates
                ? new TlsFiles(
                        Path.of(settings.text(Settings.TLS_CERTIFICATES)).toAbsolutePath(),
                        Path.of(settings.text(Settings.TLS_KEY)).toAbsolutePath())
                : null;
    }

    private String scheme() {
        return settings.isSet(Settings.TLS_CERTIFICATES) ? "https://" : "http://";
    }

    private String address(HttpListener listener) {
        String bind = settings.text(Settings.BIND);
        String host = bind.equals("0.0.0.0") || bind.equals("::") ? "127.0.0.1" : bind;
        return scheme() + (host.contains(":") ? "[" + host + "]" : host) + ":" + listener.port();
    }

    private PostgresStore openStore(DataFolder data) {
        String given = settings.text(Settings.STORE);
        return given.equals(Settings.STORE.otherwise())
                ? PostgresStore.embedded(data.path("postgres"), clock)
                : PostgresStore.given(given, clock);
    }

    /** Names below localhost resolve to this machine in browsers and most tools. */
    private String functionUrl(HttpListener gateway, String urlId) {
        return scheme() + urlId + ".lambda-url.localhost:" + gateway.port() + "/";
    }

    private String apiAddress(HttpListener gateway, Api api, String label) {
        String scheme = api.isWebSocket() ? scheme().replace("http", "ws") : scheme();
        return scheme + label + ".localhost:" + gateway.port() + "/";
    }

    private EngineSettings engineSettings(String region) {
        var usual = EngineSettings.forThisMachine(region);
        int memoryMb =
                settings.isSet(Settings.MEMORY_MB)
                        ? (int) settings.number(Settings.MEMORY_MB, 128, Integer.MAX_VALUE)
                        : usual.memoryBudgetMb();
        return new EngineSettings(
                region,
                memoryMb,
                usual.concurrentStarts(),
                settings.number(Settings.KEEP_ALIVE_MS, 1, MOST_DELAY_MS),
                !settings.isSet(Settings.KEEP_ALIVE_MS));
    }

    private RetryDelays retryDelays() {
        return new RetryDelays(
                settings.number(Settings.RETRY_DELAY_MS, 1, MOST_DELAY_MS),
                RetryDelays.LAMBDA.throttleBaseMs(),
                RetryDelays.LAMBDA.throttleMostMs());
    }

    private boolean hasPortal() {
        return !portalHost().equals("none");
    }

    private String portalHost() {
        return settings.text(Settings.PORTAL_HOST).toLowerCase(Locale.ROOT);
    }

    private String portalAddress(HttpListener gateway) {
        return hasPortal() ? scheme() + portalHost() + ":" + gateway.port() + "/" : "none";
    }

    private String greeting(
            String endpoint,
            Gateways gateways,
            String portal,
            DataFolder data,
            Isolation isolation) {
        HttpListener tls = gateways.tls();
        return """
               Glis %s is awake.
                 APIs           %s
                 function URLs  %s%s
                 portal         %s
                 credentials    %s
               %s"""
                .formatted(
                        Main.VERSION,
                        endpoint,
                        address(gateways.shown()),
                        tls == null ? "" : "\n  domains        port " + tls.port() + ", HTTPS",
                        portal,
                        data.path("credentials"),
                        isolation.warnings());
    }

    private <T extends AutoCloseable> T keep(T part) {
        started.push(part);
        return part;
    }

    private static <T> CompletableFuture<T> later(Executor executor, Callable<T> work) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return work.call();
                    } catch (Exception e) {
                        throw new CompletionException(e);
                    }
                },
                executor);
    }

    private static <T> T join(CompletableFuture<T> future) throws IOException {
        try {
            return future.join();
        } catch (CompletionException e) {
            switch (e.getCause()) {
                case IOException cause -> throw cause;
                case RuntimeException cause -> throw cause;
                case null, default -> throw e;
            }
        }
    }

    /** Stops everything, in the opposite order of its start; a part that fails stops no other. */
    @Override
    public void close() {
        while (!started.isEmpty()) {
            AutoCloseable part = started.pop();
            try {
                part.close();
            } catch (Exception e) {
                LOG.log(System.Logger.Level.ERROR, "Stopping " + part + " failed", e);
            }
        }
    }
}
