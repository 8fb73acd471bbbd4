package dev.glis.apis.domains;

import dev.glis.apis.domains.DomainTables.SealedOrder;
import dev.glis.base.Clock;
import dev.glis.base.Limits;
import dev.glis.base.Timers;
import dev.glis.store.Leases;
import dev.glis.store.Transaction;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Has certificates obtained when it is time: a duty that one node has.
 *
 * <pre>
 *   WAITING --> ORDERED --> VALIDATING --> ISSUED --a third of its time left--> ORDERED ...
 *      ^           |            |
 *      |           +-----+------+
 *      |                 v
 *      +--- pause --- FAILED
 * </pre>
 *
 * <p>Each step is in the store before it is gone on with, so an order is taken up where it was when
 * a server is killed. What is due is known from memory: nothing asks the store in between. Each
 * domain is worked on by itself, on a virtual thread, a limited number at once.
 */
public final class CertificateOrders implements Leases.Duty, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(CertificateOrders.class.getName());
    private static final long LONGEST_SLEEP_MS = 3_600_000;
    private static final long BROKEN_PAUSE_MS = 10_000;
    private static final int MOST_ERROR_CHARACTERS = 1_000;

    private static final String TOO_MANY =
            "The account has made "
                    + Limits.ACME_ORDERS_PER_HOUR.value()
                    + " orders within an hour, which is the most";

    private final DomainMemory memory;
    private final SealedCertificates certificates;
    private final AcmeSettings settings;
    private final Clock clock;
    private final Timers timers;
    private final RandomGenerator chance;
    private final Executor executor;

    private final OrderRates rates = new OrderRates();
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<String> inWork = new HashSet<>();
    private boolean held;
    private Timers.@Nullable Task alarm;
    private @Nullable AcmeClient client;

    /**
     * Orders of the domains in a memory.
     *
     * @param executor starts a virtual thread for each task
     */
    public CertificateOrders(
            DomainMemory memory,
            SealedCertificates certificates,
            AcmeSettings settings,
            Clock clock,
            Timers timers,
            RandomGenerator chance,
            Executor executor) {
        this.memory = memory;
        this.certificates = certificates;
        this.settings = settings;
        this.clock = clock;
        this.timers = timers;
        this.chance = chance;
        this.executor = executor;
        memory.watch(this::look);
    }

    @Override
    public void begin() {
        hold(true);
        look();
    }

    @Override
    public void end() {
        hold(false);
    }

    private void hold(boolean holding) {
        lock.lock();
        try {
            held = holding;
        } finally {
            lock.unlock();
        }
    }

    /** Begins with what is due, and sleeps until something else is. */
    private void look() {
        lock.lock();
        try {
            if (!held) {
                return;
            }
            Instant now = clock.instant();
            long sleepMs = LONGEST_SLEEP_MS;
            for (ServedDomain domain : memory.all()) {
                Instant next = domain.nextAttempt();
                if (next == null || inWork.contains(domain.host())) {
                    continue;
                }
                if (next.isAfter(now)) {
                    sleepMs = Math.min(sleepMs, Duration.between(now, next).toMillis() + 1);
                } else if (inWork.size() < Limits.ACME_ORDERS.value()) {
                    inWork.add(domain.host());
                    start(() -> attempt(domain.host()));
                }
            }
            sleep(sleepMs);
        } finally {
            lock.unlock();
        }
    }

    private void sleep(long ms) {
        Timers.Task before = alarm;
        if (before != null) {
            before.cancel();
        }
        alarm = timers.after(ms, () -> start(this::look));
    }

    private void start(Runnable work) {
        try {
            executor.execute(work);
        } catch (RejectedExecutionException e) {
            LOG.log(System.Logger.Level.DEBUG, "The server is stopping", e);
        }
    }

    private void attempt(String host) {
        try {
            work(host);
            leave(host);
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "Nothing can be noted of the order of " + host, e);
            timers.after(BROKEN_PAUSE_MS, () -> start(() -> leave(host)));
        }
    }

    private void leave(String host) {
        lock.lock();
        try {
            inWork.remove(host);
        } finally {
            lock.unlock();
        }
        look();
    }

    private void work(String host) {
        Optional<SealedOrder> due = memory.read(tx -> DomainTables.due(tx, host, clock.instant()));
        if (due.isEmpty()) {
            return;
        }
        if (due.get().url() == null && !rates.take(due.get().accountId())) {
            failed(host, due.get(), TOO_MANY, false, clock.instant().plus(Duration.ofHours(1)));
            return;
        }
        try {
            issued(host, client().obtain(opened(host, due.get()), steps(host)));
        } catch (AcmeClient.Failed e) {
            failed(host, due.get(), e.why(), e.orderIsLost(), e.notBefore());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "The order of " + host + " failed", e);
            failed(host, due.get(), e.toString(), true, null);
        }
    }

    private OrderInWork opened(String host, SealedOrder order) {
        String url = order.url();
        byte[] keys = order.keys();
        return new OrderInWork(
                host,
                url == null || keys == null
                        ? null
                        : new OrderInWork.Begun(url, certificates.openOrder(host, keys)));
    }

    private AcmeClient.Steps steps(String host) {
        return new AcmeClient.Steps() {
            @Override
            public void ordered(String url, KeyPair keys) {
                note(host, tx -> DomainTables.ordered(tx, host, url, sealed(host, keys)));
            }

            @Override
            public void challenged(ServedDomain.Challenge challenge) {
                note(host, tx -> DomainTables.challenged(tx, host, challenge));
            }
        };
    }

    private byte[] sealed(String host, KeyPair keys) {
        return certificates.sealOrder(host, keys);
    }

    private void issued(String host, AcmeClient.Issued issued) {
        String key = KeyPairs.pem(issued.keys().getPrivate());
        var identity = DomainCertificate.require(host, issued.certificates(), key, clock.instant());
        Instant renewal = DomainCertificate.of(identity.chain().getFirst()).renewal();
        byte[] sealed = certificates.seal(host, key);
        note(host, tx -> DomainTables.issued(tx, host, issued.certificates(), sealed, renewal));
        LOG.log(System.Logger.Level.INFO, "Obtained a certificate for " + host);
    }

    private void failed(
            String host,
            SealedOrder order,
            String why,
            boolean orderIsLost,
            @Nullable Instant notBefore) {
        Instant usual = clock.instant().plus(RetryPause.after(order.failures() + 1, chance));
        Instant next = notBefore == null || notBefore.isBefore(usual) ? usual : notBefore;
        String error = why.substring(0, Math.min(why.length(), MOST_ERROR_CHARACTERS));
        note(host, tx -> DomainTables.failed(tx, host, error, next, orderIsLost));
    }

    private void note(String host, Consumer<Transaction> work) {
        memory.change(
                host,
                tx -> {
                    work.accept(tx);
                    return host;
                });
    }

    /** Made with the first order, as it takes a while. */
    private AcmeClient client() throws AcmeClient.Failed {
        lock.lock();
        try {
            AcmeClient made = client;
            if (made == null) {
                made = new AcmeClient(settings, this::accountKeys);
                client = made;
            }
            return made;
        } finally {
            lock.unlock();
        }
    }

    /** Made once for each certificate authority. */
    private KeyPair accountKeys() {
        String directory = settings.directory().toString();
        byte[] fresh = certificates.sealAccount(directory, KeyPairs.fresh());
        byte[] stored =
                memory.write(tx -> DomainTables.accountKeys(tx, directory, fresh, clock.instant()));
        return certificates.openAccount(directory, stored);
    }

    @Override
    public void close() {
        hold(false);
        AcmeClient made = client;
        if (made != null) {
            made.close();
        }
    }
}
