package dev.glis.apis.domains;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.glis.base.KeyLocks;
import dev.glis.base.Limits;
import dev.glis.base.Timers;
import dev.glis.net.ServerNames;
import dev.glis.net.TlsIdentity;
import dev.glis.store.Handle;
import dev.glis.store.Store;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * All domains in memory, so that no request and no handshake asks the store whether a name is one;
 * and the identities of those that were lately asked for, read and decrypted when they are.
 *
 * <p>A change commits, then the domain is read anew, and only then is its caller answered; other
 * nodes read it anew when the store notifies them. Reading anew happens under one of a fixed number
 * of locks, so that an older state never replaces a newer one. Should it fail, what was known stays
 * until reading succeeds, which is tried again and again.
 *
 * <p>Any thread. What reads requests never blocks.
 */
public final class DomainMemory implements ServerNames, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(DomainMemory.class.getName());
    private static final String CHANNEL = "api-domains";
    private static final int LOCKS = 64;
    private static final long RETRY_MS = 1_000;

    private final Store store;
    private final SealedCertificates certificates;
    private final Timers timers;
    private final Executor executor;
    private final Map<String, ServedDomain> domains = new ConcurrentHashMap<>();
    private final AsyncCache<String, Optional<TlsIdentity>> identities;
    private final KeyLocks locks = new KeyLocks(LOCKS);
    private final List<Runnable> watchers = new CopyOnWriteArrayList<>();
    private final Handle listening;
    private volatile boolean closed;

    /**
     * Reads all domains; their tables have been made by {@link Domains#MIGRATIONS}.
     *
     * @param executor starts a virtual thread for each task
     */
    public DomainMemory(
            Store store, SealedCertificates certificates, Timers timers, Executor executor) {
        this.store = store;
        this.certificates = certificates;
        this.timers = timers;
        this.executor = executor;
        this.identities =
                Caffeine.newBuilder()
                        .maximumSize(Limits.DOMAIN_IDENTITIES.value())
                        .executor(executor)
                        .buildAsync();
        this.listening = store.listen(CHANNEL, this::hear);
        locks.underAll(this::rereadAll);
    }

    /** Whether there is any. */
    public boolean hasSome() {
        return !domains.isEmpty();
    }

    /** The domain of this host, in small letters; null if it is none. */
    public @Nullable ServedDomain find(String host) {
        return domains.get(host);
    }

    Collection<ServedDomain> all() {
        return domains.values();
    }

    /** Has somebody told that something changed. */
    void watch(Runnable watcher) {
        watchers.add(watcher);
    }

    // ---- TLS

    @Override
    public boolean isOwned(String host) {
        return find(host) != null;
    }

    @Override
    public CompletableFuture<Optional<TlsIdentity>> identity(String host) {
        ServedDomain domain = find(host);
        return domain == null || !domain.certified()
                ? CompletableFuture.completedFuture(Optional.empty())
                : identities.get(host, this::load);
    }

    private Optional<TlsIdentity> load(String host) {
        Optional<DomainTables.Sealed> sealed = store.read(tx -> DomainTables.sealed(tx, host));
        try {
            return sealed.isEmpty()
                    ? Optional.empty()
                    : Optional.of(certificates.open(host, sealed.get()));
        } catch (TlsIdentity.Unusable e) {
            throw new CompletionException(e);
        }
    }

    // ---- changes

    /** Changes a domain in a transaction, and returns when the change has its effect here. */
    <T> T change(String host, Store.Work<T> work) {
        T changed =
                store.write(
                        tx -> {
                            T done = work.run(tx);
                            tx.notify(CHANNEL, host);
                            return done;
                        });
        refresh(host);
        return changed;
    }

    <T extends @Nullable Object> T read(Store.Work<T> work) {
        return store.read(work);
    }

    <T> T write(Store.Work<T> work) {
        return store.write(work);
    }

    private void hear(String host) {
        if (closed) {
            return;
        }
        if (host.isEmpty()) {
            refreshAll();
        } else {
            refresh(host);
        }
    }

    /** Forgets the domains of an API that was removed, and they with it. */
    void apiRemoved(String apiId) {
        for (ServedDomain domain : domains.values()) {
            if (domain.apiId().equals(apiId)) {
                change(domain.host(), _ -> domain);
            }
        }
    }

    private void refreshAll() {
        try {
            locks.underAll(this::rereadAll);
        } catch (RuntimeException e) {
            again(this::refreshAll);
            throw e;
        }
        watchers.forEach(Runnable::run);
    }

    private void rereadAll() {
        Map<String, ServedDomain> read =
                store.read(DomainTables::served).stream()
                        .collect(Collectors.toMap(ServedDomain::host, Function.identity()));
        domains.keySet().retainAll(read.keySet());
        domains.putAll(read);
        identities.synchronous().invalidateAll();
    }

    private void refresh(String host) {
        try {
            locks.under(host, () -> reread(host));
        } catch (RuntimeException e) {
            again(() -> refresh(host));
            throw e;
        }
        watchers.forEach(Runnable::run);
    }

    private @Nullable ServedDomain reread(String host) {
        Optional<ServedDomain> domain = store.read(tx -> DomainTables.served(tx, host));
        if (domain.isPresent()) {
            domains.put(host, domain.get());
        } else {
            domains.remove(host);
        }
        identities.synchronous().invalidate(host);
        return domain.orElse(null);
    }

    private void again(Runnable work) {
        if (closed) {
            return;
        }
        timers.after(
                RETRY_MS,
                () -> {
                    try {
                        executor.execute(() -> attempt(work));
                    } catch (RejectedExecutionException e) {
                        LOG.log(System.Logger.Level.DEBUG, "The server is stopping", e);
                    }
                });
    }

    private static void attempt(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "Domains cannot be read anew", e);
        }
    }

    @Override
    public void close() {
        closed = true;
        listening.close();
    }
}
