package dev.glis.engine;

import dev.glis.base.Limits;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Supplier;

/**
 * The stem cells that wait, and the decision how many of which kind should.
 *
 * <p>Demand decides. A kind that a start, or a deployment, has just asked for gets one cell; it
 * gets one more each time a start finds none, up to a limit, and loses half of them for each minute
 * in which that did not happen. A kind that nobody asks for is given up after some minutes, the
 * last one of a language after an hour: so the first call of the morning starts a runtime, and an
 * idle machine holds nothing.
 *
 * <p>A new cell costs processor time that calls at work could use. So it waits: a moment, in which
 * the start that took the last cell is answered, then until processors are idle and nobody waits
 * for an instance. A machine that is never idle would never get one, though each cell only does
 * ahead of time what a start would do with its caller waiting; so after half a second it is started
 * all the same, one at a time.
 *
 * <p>In a rush, when the starts of a kind come so fast that the next is likely to come while a cell
 * is made, waiting helps nobody: the cells would be gone, and every start a plain one. Then cells
 * are made at once and several at a time, on whatever share of the starts that may go on at once is
 * not taken by those with callers, and as many are kept as a few makings' time can use.
 *
 * <p>Cells count in the memory budget, may hold only a part of it, and go when an instance needs
 * room, if their memory is worth less than that of the idle instances: a cell is worth the time
 * that it saves a start, times the chance that enough starts of its kind come soon. Owned by the
 * {@link Fleet}, which calls under the scheduler's lock and carries out what {@link #takeStarts}
 * and {@link #takeStops} give.
 */
final class StemCells {
    private static final long MS = 1_000_000L;
    private static final long BREATH_NANOS = 25 * MS;
    private static final long PATIENCE_NANOS = 500 * MS;
    private static final long SHRINK_NANOS = 60_000 * MS;
    private static final double MACHINE_SPARE = 0.6;
    private static final double UNKNOWN_SAVING_NANOS = 50e6;
    private static final double UNKNOWN_PACE_NANOS = 600e9;
    private static final double UNKNOWN_MAKING_NANOS = 100e6;

    /** Starts to be expected while one cell is made, from which on there is a rush. */
    private static final double RUSH = 0.25;

    private static final double MAKINGS_IN_STOCK = 4;
    private static final int CELL_MB = Limits.STEM_CELL_MB.intValue();

    private final long mostMb;
    private final int mostStarting;
    private final Supplier<String> ids;

    /** The kind used last at the end. */
    private final SequencedMap<StemKind, Shelf> shelves = new LinkedHashMap<>();

    private List<StemCell> starts = new ArrayList<>();
    private List<StemCell> stops = new ArrayList<>();
    private int alive;
    private int starting;
    private int leaving;
    private boolean closed;

    /**
     * No cells yet.
     *
     * @param mostStarting how many may be made at once
     */
    StemCells(int memoryBudgetMb, int mostStarting, Supplier<String> ids) {
        this.mostStarting = mostStarting;
        this.mostMb = memoryBudgetMb * Limits.STEM_BUDGET_PERCENT.value() / 100;
        this.ids = ids;
    }

    /** The cells of one kind. */
    private static final class Shelf {
        final StemKind kind;
        final Deque<StemCell> ready = new ArrayDeque<>();
        final List<StemCell> starting = new ArrayList<>();
        final BackOff failures = new BackOff();
        final Estimate pace = new Estimate();
        final RecentRate rate = new RecentRate();
        final Estimate making = new Estimate();
        final Estimate onCell = new Estimate();
        final Estimate without = new Estimate();
        int target = 1;
        boolean stocked;
        long usedNanos;
        long missedNanos;
        long wantsSinceNanos = Call.NEVER;

        Shelf(StemKind kind, long now) {
            this.kind = kind;
            this.usedNanos = now;
            this.missedNanos = now;
        }

        int size() {
            return ready.size() + starting.size();
        }

        /** How many starts are to be expected while one cell is made. */
        double demand(long now) {
            return rate.perNano(now) * making.orElse(UNKNOWN_MAKING_NANOS);
        }

        boolean isRushed(long now) {
            return demand(now) >= RUSH;
        }

        void stockUp(long now) {
            if (isRushed(now)) {
                raiseTarget((int) Math.ceil(MAKINGS_IN_STOCK * demand(now)));
            }
        }

        void raiseTarget(int wanted) {
            target = Math.max(target, Math.min(wanted, Limits.STEM_CELLS_PER_KIND.intValue()));
        }

        /** A use of each of its cells must come soon, for the last one to be of use. */
        double worthPerMb(long now) {
            double pause = Math.max(pace.orElse(UNKNOWN_PACE_NANOS), (double) (now - usedNanos));
            double uses = Eviction.SOON_MS * MS / Math.max(1, pause);
            double saves =
                    onCell.known() && without.known()
                            ? Math.max(0, without.orElse(0) - onCell.orElse(0))
                            : UNKNOWN_SAVING_NANOS;
            return Eviction.worthPerMb(saves, Math.min(1, uses / Math.max(1, size())), CELL_MB);
        }
    }

    // ---- What the Fleet asks ----

    /** A cell for a start, if one waits. */
    Optional<StemCell> take(StemKind kind, long now) {
        Shelf shelf = use(kind, now);
        shelf.rate.happened(now);
        shelf.stockUp(now);
        StemCell cell = shelf.ready.pollLast();
        if (cell == null) {
            missed(shelf, now);
            return Optional.empty();
        }
        cell.state = StemCell.State.TAKEN;
        alive--;
        shelf.wantsSinceNanos = now;
        shelf.failures.succeeded();
        return Optional.of(cell);
    }

    /** Starts of this kind are to be expected. */
    void expect(StemKind kind, long now) {
        Shelf ignored = use(kind, now);
    }

    private Shelf use(StemKind kind, long now) {
        boolean known = shelves.containsKey(kind);
        Shelf shelf = shelves.computeIfAbsent(kind, k -> new Shelf(k, now));
        shelves.putLast(kind, shelf);
        if (known) {
            shelf.pace.sample(now - shelf.usedNanos);
        }
        shelf.usedNanos = now;
        if (shelf.size() < shelf.target && shelf.wantsSinceNanos == Call.NEVER) {
            shelf.wantsSinceNanos = now;
        }
        return shelf;
    }

    /** While the first one is still to come, none that is missed was one too few. */
    private static void missed(Shelf shelf, long now) {
        if (shelf.stocked) {
            shelf.raiseTarget(shelf.target + 1);
        }
        shelf.missedNanos = now;
    }

    /** What waiting cells count in the memory budget, those being killed included. */
    long heldMb() {
        return (long) (alive + leaving) * CELL_MB;
    }

    /** Of that, what is about to be given back. */
    long leavingMb() {
        return (long) leaving * CELL_MB;
    }

    /** How long a start of a workload that could use this kind took. */
    void measured(StemKind kind, Rung rung, long readyNanos) {
        Shelf shelf = shelves.get(kind);
        if (shelf != null) {
            Estimate estimate = rung.onCell() ? shelf.onCell : shelf.without;
            estimate.sample(readyNanos);
        }
    }

    /**
     * Gives up the cell that is worth least.
     *
     * @param worthPerMb only one that is worth less
     * @param wanting the kind that the start at hand may use: of it one stays
     * @return false when there is none such
     */
    boolean giveUpOne(long now, double worthPerMb, Optional<StemKind> wanting) {
        Shelf least = null;
        double leastWorth = worthPerMb;
        for (Shelf shelf : shelves.values()) {
            int kept = wanting.equals(Optional.of(shelf.kind)) ? 1 : 0;
            if (shelf.size() > kept && shelf.worthPerMb(now) < leastWorth) {
                least = shelf;
                leastWorth = shelf.worthPerMb(now);
            }
        }
        if (least == null) {
            return false;
        }
        StemCell cell = least.ready.pollFirst();
        leave(cell == null ? least.starting.removeFirst() : cell);
        return true;
    }

    void close() {
        closed = true;
        for (Shelf shelf : shelves.values()) {
            shelf.target = 0;
            stopSurplus(shelf);
        }
    }

    // ---- What the machine says ----

    /** Its program waits for a function. */
    void ready(StemCell cell, long now) {
        if (cell.state == StemCell.State.STARTING) {
            Shelf shelf = shelf(cell);
            shelf.making.sample(now - cell.startedNanos);
            shelf.starting.remove(cell);
            starting--;
            cell.state = StemCell.State.READY;
            shelf.ready.addLast(cell);
            shelf.stocked = true;
        }
    }

    /** It could not be started, or has ended. */
    void ended(StemCell cell, long now) {
        switch (cell.state) {
            case STARTING -> {
                Shelf shelf = shelf(cell);
                shelf.starting.remove(cell);
                shelf.failures.failed(now, "ended");
                starting--;
                alive--;
            }
            case READY -> {
                Shelf shelf = shelf(cell);
                shelf.ready.remove(cell);
                shelf.failures.failed(now, "ended");
                alive--;
            }
            case LEAVING -> leaving--;
            case TAKEN, GONE -> {}
        }
        cell.state = StemCell.State.GONE;
    }

    // ---- Looking ----

    /**
     * Stops what is no longer wanted, and starts cells if it is time for that.
     *
     * @param calm whether nobody waits for an instance
     * @param roomMb what the memory budget has left
     * @param freeStarts how many more starts may go on at once
     * @return when to look again; NEVER while nothing is kept
     */
    long look(long now, boolean calm, double cpuLoad, long roomMb, int freeStarts) {
        if (closed) {
            return Call.NEVER;
        }
        giveUpDawdlers(now);
        long next = shrink(now);
        startForRushes(now, roomMb, Math.min(freeStarts, mostStarting));
        if (starting > 0) {
            return Math.min(next, now + BREATH_NANOS);
        }
        for (Shelf shelf : shelves.sequencedValues().reversed()) {
            if (!wantsMore(shelf)) {
                continue;
            }
            if (shelf.failures.waits(now)) {
                next = Math.min(next, shelf.failures.untilNanos());
            } else if (mayGrow(roomMb)) {
                if (isTime(shelf, now, calm, cpuLoad)) {
                    start(shelf, now);
                }
                return Math.min(next, now + BREATH_NANOS);
            }
        }
        return next;
    }

    /** One of each kind in turn, those used last first. */
    private void startForRushes(long now, long roomMb, int most) {
        long room = roomMb;
        boolean more = true;
        while (more) {
            more = false;
            for (Shelf shelf : shelves.sequencedValues().reversed()) {
                if (starting < most && isShortInRush(shelf, now) && mayGrow(room)) {
                    start(shelf, now);
                    room -= CELL_MB;
                    more = true;
                }
            }
        }
    }

    private static boolean isShortInRush(Shelf shelf, long now) {
        return shelf.isRushed(now) && wantsMore(shelf) && !shelf.failures.waits(now);
    }

    private static boolean wantsMore(Shelf shelf) {
        boolean wants = shelf.size() < shelf.target;
        if (!wants) {
            shelf.wantsSinceNanos = Call.NEVER;
        }
        return wants;
    }

    private boolean mayGrow(long roomMb) {
        return alive + leaving < Limits.STEM_CELLS.intValue()
                && heldMb() + CELL_MB <= mostMb
                && CELL_MB <= roomMb;
    }

    private static boolean isTime(Shelf shelf, long now, boolean calm, double cpuLoad) {
        if (shelf.wantsSinceNanos == Call.NEVER) {
            shelf.wantsSinceNanos = now;
        }
        long waited = now - shelf.wantsSinceNanos;
        return waited >= PATIENCE_NANOS
                || (waited >= BREATH_NANOS && calm && cpuLoad < MACHINE_SPARE);
    }

    private void start(Shelf shelf, long now) {
        var cell = new StemCell(ids.get(), shelf.kind, now);
        shelf.starting.add(cell);
        shelf.wantsSinceNanos = now;
        alive++;
        starting++;
        starts.add(cell);
    }

    private void giveUpDawdlers(long now) {
        long limit = Limits.STEM_READY_MS.value() * MS;
        for (Shelf shelf : shelves.values()) {
            for (StemCell cell : List.copyOf(shelf.starting)) {
                if (now - cell.startedNanos >= limit) {
                    shelf.starting.remove(cell);
                    shelf.failures.failed(now, "dawdled");
                    leave(cell);
                }
            }
        }
    }

    /** Returns when the next is due. */
    private long shrink(long now) {
        long next = Call.NEVER;
        Iterator<Shelf> each = shelves.values().iterator();
        while (each.hasNext()) {
            Shelf shelf = each.next();
            if (now - shelf.missedNanos >= SHRINK_NANOS && shelf.target > 1) {
                shelf.target = (shelf.target + 1) / 2;
                shelf.missedNanos = now;
            }
            long dueNanos = shelf.usedNanos + idleNanos(shelf);
            if (now - dueNanos >= 0) {
                shelf.target = 0;
            }
            stopSurplus(shelf);
            if (shelf.target == 0 && shelf.size() == 0) {
                each.remove();
            } else {
                next =
                        Math.min(
                                next,
                                shelf.target > 1 ? shelf.missedNanos + SHRINK_NANOS : dueNanos);
            }
        }
        return next;
    }

    private void stopSurplus(Shelf shelf) {
        while (shelf.ready.size() > shelf.target) {
            leave(shelf.ready.removeFirst());
        }
        while (shelf.target == 0 && !shelf.starting.isEmpty()) {
            leave(shelf.starting.removeFirst());
        }
    }

    private long idleNanos(Shelf shelf) {
        boolean last =
                shelves.sequencedValues().reversed().stream()
                        .filter(other -> other.kind.language().equals(shelf.kind.language()))
                        .findFirst()
                        .filter(latest -> latest == shelf)
                        .isPresent();
        Limits.Limit limit = last ? Limits.STEM_LAST_IDLE_MS : Limits.STEM_IDLE_MS;
        return limit.value() * MS;
    }

    private void leave(StemCell cell) {
        if (cell.state == StemCell.State.STARTING) {
            starting--;
        }
        cell.state = StemCell.State.LEAVING;
        alive--;
        leaving++;
        stops.add(cell);
    }

    private Shelf shelf(StemCell cell) {
        Shelf shelf = shelves.get(cell.kind);
        if (shelf == null) {
            throw new IllegalStateException("A cell of a kind that is not kept");
        }
        return shelf;
    }

    /** Cells to be started; the list is the caller's own. */
    List<StemCell> takeStarts() {
        List<StemCell> taken = starts;
        starts = new ArrayList<>();
        return taken;
    }

    /** Cells to be killed; the list is the caller's own. */
    List<StemCell> takeStops() {
        List<StemCell> taken = stops;
        stops = new ArrayList<>();
        return taken;
    }

    /** How many wait now, ready or nearly. */
    int waiting() {
        return alive;
    }
}
