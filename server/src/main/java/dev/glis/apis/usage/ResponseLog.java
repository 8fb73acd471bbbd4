package dev.glis.apis.usage;

import dev.glis.base.Clock;
import dev.glis.base.Fault;
import dev.glis.base.Ids;
import dev.glis.base.Limits;
import dev.glis.base.Timers;
import dev.glis.logs.BufferedGroups;
import dev.glis.logs.Chunk;
import dev.glis.logs.Latest;
import dev.glis.logs.LogKind;
import dev.glis.logs.Unwritten;
import dev.glis.store.Leases;
import dev.glis.store.RepeatedDuty;
import dev.glis.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Each response of each API, by itself.
 *
 * <p>{@link #served} gives it to {@link BufferedGroups}: it can be found and followed at once, and
 * is durable about 100 ms later. Secrets are taken out on the virtual thread that writes, and
 * before anyone is shown anything. Where responses come faster than the store takes them, so much
 * waits in memory as its limits say; of what goes beyond, the log tells how much is missing.
 */
public final class ResponseLog implements Traffic, AutoCloseable {
    private static final long SWEEP_EVERY_MS = Duration.ofMinutes(15).toMillis();

    private static final int MOST_REDACTIONS = 1_000;
    private static final Comparator<Served> ORDER = Comparator.comparing(ResponsePosition::of);

    private final ResponseTable table;
    private final Clock clock;
    private final ResponseLogSettings.Source settings;
    private final BufferedGroups<LoggedResponse> groups;
    private final Leases.Duty upkeep;

    /** By the names that they take out besides the usual ones. */
    private final ConcurrentHashMap<Set<String>, Redaction> redactions = new ConcurrentHashMap<>();

    /**
     * A log that is written to the store from now on; its tables are among {@link
     * ApiUsage#MIGRATIONS}.
     *
     * @param executor starts a virtual thread for each task
     */
    public ResponseLog(
            Store store,
            ResponseLogSettings.Source settings,
            Clock clock,
            Timers timers,
            Ids ids,
            Executor executor) {
        this.table = new ResponseTable(store, Limits.API_LOG_STORED_BYTES.value());
        this.clock = clock;
        this.settings = settings;
        this.groups = new BufferedGroups<>(new Kind(), timers, ids, executor);
        this.upkeep =
                new RepeatedDuty(
                        "removing old API responses",
                        SWEEP_EVERY_MS,
                        this::sweep,
                        timers,
                        executor);
    }

    @Override
    public void served(Served response) {
        ResponseLogSettings of =
                settings.of(response.accountId(), response.apiId(), response.stage());
        if (of.logs(response)) {
            groups.add(
                    response.apiId(),
                    new LoggedResponse(response, of.retentionDays(), redaction(response, of)));
        }
    }

    private @Nullable Redaction redaction(Served response, ResponseLogSettings of) {
        if (response.exchange() == null && response.path().indexOf('?') < 0) {
            return null;
        }
        if (redactions.size() > MOST_REDACTIONS) {
            redactions.clear();
        }
        return redactions.computeIfAbsent(of.secretNames(), Redaction::new);
    }

    /** What one server of all does: removes what was kept long enough. */
    public Leases.Duty upkeep() {
        return upkeep;
    }

    /**
     * The newest that match, those included that are not written yet; blocks.
     *
     * <p>It reads a limited number of chunks. If what was looked for is rare, the page may hold few
     * or none, and tell where to go on.
     */
    public ResponsePage search(ResponseQuery wanted) {
        ResponseQuery query = wanted.narrowed();
        int limit = Limits.API_LOG_READ_RESPONSES.intValue();
        if (query.most() < 1 || query.most() > limit) {
            throw Fault.invalid(
                    "The number of responses must be from 1 to " + limit + ", not " + query.most());
        }
        // One more than wanted tells whether there are more.
        var found = new Latest<>(ORDER, Served::time, query::wants, query.most() + 1);
        Unwritten<LoggedResponse> unwritten = groups.unwritten(query.apiId());
        found.addAll(unwritten.entries().stream().map(LoggedResponse::cleaned).toList());
        Instant searchedTo = table.read(query, unwritten.chunkIds(), found);
        return page(found.sorted().reversed(), query.most(), searchedTo);
    }

    /**
     * @param searchedTo what is no later may not have been found; null when all was searched
     */
    private static ResponsePage page(
            List<Served> newestFirst, int most, @Nullable Instant searchedTo) {
        var sure =
                newestFirst.stream()
                        .takeWhile(
                                response ->
                                        searchedTo == null || response.time().isAfter(searchedTo))
                        .limit(most)
                        .toList();
        if (sure.size() == most && newestFirst.size() > most) {
            return new ResponsePage(sure, ResponsePosition.of(sure.getLast()));
        }
        return new ResponsePage(
                sure, searchedTo == null ? null : ResponsePosition.after(searchedTo));
    }

    /**
     * Calls the follower for each new response of this server that matches, until closed.
     *
     * @param follower returns false to be closed; must not block
     */
    public AutoCloseable follow(
            String accountId, String apiId, ResponseFilter filter, Predicate<Served> follower) {
        return groups.follow(
                apiId,
                entry ->
                        !entry.response().accountId().equals(accountId)
                                || !filter.matches(entry.response())
                                || follower.test(entry.cleaned()));
    }

    /** Removes all responses of an API; blocks. */
    public void delete(String apiId) {
        groups.delete(apiId, () -> table.delete(apiId));
    }

    /** Removes what was kept long enough; blocks. */
    void sweep() {
        table.sweep(clock.instant());
    }

    @Override
    public void close() {
        groups.close();
    }

    /** What is special about responses. */
    private final class Kind implements LogKind<LoggedResponse> {
        @Override
        public String entries() {
            return "Responses of APIs";
        }

        @Override
        public long cost(LoggedResponse entry) {
            return entry.cost();
        }

        @Override
        public LoggedResponse loss(LoggedResponse last, long count) {
            return new LoggedResponse(
                    LostResponses.after(last.response(), count), last.retentionDays(), null);
        }

        @Override
        public long groupBytes() {
            return Limits.API_LOG_GROUP_BUFFER_BYTES.value();
        }

        @Override
        public long allBytes() {
            return Limits.API_LOG_BUFFER_BYTES.value();
        }

        @Override
        public void write(List<Chunk<LoggedResponse>> chunks) {
            table.write(chunks);
        }
    }
}
