package dev.glis.store;

import dev.glis.base.Clock;
import dev.glis.base.Fault;
import dev.glis.base.FileTrees;
import dev.glis.base.Limits;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL server of our own: its data in a folder, its life bound to ours.
 *
 * <pre>
 *              unpack, initdb                       "ready to accept connections"
 *   (nothing) ----------------&gt; prepared --start--&gt; starting ----------------------&gt; ready
 *                                               ^                                       |
 *                                               |  at once, then after growing pauses   | ended
 *                                               +---------------------------------------+
 *                                                        close: SIGTERM, then SIGKILL
 * </pre>
 *
 * <p>A crash at any point of the preparation leaves a folder under a temporary name, which the next
 * start removes. A crash of PostgreSQL, or of us, is PostgreSQL's own business: it replays its log
 * at the next start. What is ours is that two servers never work on one folder. Three things see to
 * that: a lock of this process on {@code server.lock}, which shuts out another Glis; the lock that
 * all PostgreSQL processes inherit ({@link PostgresLauncher}), which shuts out what an earlier life
 * left behind until it is gone; and the kernel, which ends PostgreSQL when we end. With both locks
 * held, PostgreSQL's own {@code postmaster.pid} can only be a leftover and is removed, so that a
 * process that meanwhile got the same number cannot hinder the start.
 *
 * <p>One platform thread starts PostgreSQL, reads what it prints and starts it again when it ends;
 * all fields but the volatile ones are that thread's.
 */
final class EmbeddedPostgres implements AutoCloseable {
    static final String USER = "glis";
    private static final String LINK_FOLDER = "glis-";
    private static final String LINK = "s";
    private static final System.Logger LOG = System.getLogger(EmbeddedPostgres.class.getName());
    private static final int LONGEST_SOCKET_PATH = 107;
    private static final int REMEMBERED_LINES = 20;
    private static final long LONGEST_PAUSE_MS = 1_000;
    private static final String READY = "database system is ready to accept connections";

    /**
     * What tests change.
     *
     * @param port names the socket, and is a TCP port if further settings say so
     * @param settings further lines of postgresql.conf
     * @param access further lines of pg_hba.conf
     */
    record Tuning(int port, List<String> settings, List<String> access) {
        static final Tuning NONE = new Tuning(5432, List.of(), List.of());
    }

    private final Path folder;
    private final Path data;
    private final Clock clock;
    private final FileChannel lock;
    private final PostgresLauncher launcher;
    private final Path socket;
    private final CompletableFuture<Void> firstReady = new CompletableFuture<>();
    private final Thread keeper;
    private final Deque<String> lastLines = new ArrayDeque<>();
    private volatile @Nullable Process process;
    private volatile boolean closing;

    private EmbeddedPostgres(Path folder, Clock clock, FileChannel lock, Tuning tuning)
            throws IOException {
        this.folder = folder;
        this.clock = clock;
        this.lock = lock;
        this.data = folder.resolve("data");
        Path program = PostgresProgram.in(folder);
        this.launcher = new PostgresLauncher(folder, program);
        this.socket = shortPath(launcher.socketFolder()).resolve(socketName(tuning.port()));
        this.keeper =
                Thread.ofPlatform().name("glis-postgres").daemon().unstarted(() -> keep(tuning));
    }

    /**
     * Starts the server of a data folder and waits until it answers.
     *
     * @throws Fault when it cannot, saying why and what would help
     */
    static EmbeddedPostgres start(Path dataFolder, Clock clock, Tuning tuning) {
        Path folder = dataFolder.toAbsolutePath().resolve("postgres");
        FileChannel lock = null;
        try {
            StoreFolders.createPrivate(folder);
            lock = lock(folder);
            var postgres = new EmbeddedPostgres(folder, clock, lock, tuning);
            postgres.keeper.start();
            postgres.awaitReady();
            return postgres;
        } catch (IOException e) {
            release(lock);
            throw cannotUse(folder, e);
        } catch (RuntimeException e) {
            release(lock);
            throw e;
        }
    }

    /** A path of the server's socket that is short enough to connect to. */
    Path socket() {
        return socket;
    }

    /** The numbers of PostgreSQL's first process now, for tests that kill it. */
    @Nullable ProcessHandle postmaster() {
        Process running = process;
        return running == null ? null : launcher.postmaster(running);
    }

    /** Stops the server in an orderly way: waits for connections to end, then writes all down. */
    @Override
    public void close() {
        closing = true;
        Process running = process;
        if (running != null) {
            stop(running);
        }
        try {
            keeper.join(Limits.STORE_STOP_MS.value());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        removeShortPath();
        release(lock);
    }

    private void removeShortPath() {
        Path used = socket.resolve("..").normalize();
        if (used.equals(launcher.socketFolder())) {
            return;
        }
        try {
            Files.deleteIfExists(used);
            Files.deleteIfExists(used.resolve("..").normalize());
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "Removing the link " + used + " failed", e);
        }
    }

    private void stop(Process running) {
        launcher.postmaster(running).destroy();
        try {
            if (!running.waitFor(Limits.STORE_STOP_MS.value(), TimeUnit.MILLISECONDS)) {
                LOG.log(System.Logger.Level.WARNING, "PostgreSQL did not stop in time; killing it");
                running.destroyForcibly();
            }
        } catch (InterruptedException e) {
            running.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private void awaitReady() throws IOException {
        try {
            firstReady.get(Limits.STORE_START_MS.value(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            closing = true;
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            throw e.getCause() instanceof Fault fault
                    ? fault
                    : Fault.internal("Starting PostgreSQL failed", e);
        } catch (TimeoutException e) {
            close();
            throw new IOException("PostgreSQL was not ready in time: " + printed(), e);
        } catch (InterruptedException e) {
            close();
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while PostgreSQL was starting", e);
        }
    }

    // ---- the keeper's thread ----

    private void keep(Tuning tuning) {
        try {
            prepare(tuning);
            long pauseMs = 0;
            while (!closing) {
                long before = clock.nanoTime();
                runOnce();
                if (!closing && !firstReady.isDone()) {
                    throw new IOException("PostgreSQL ended at its start: " + printed());
                }
                boolean lasted = clock.nanoTime() - before > TimeUnit.SECONDS.toNanos(1);
                pauseMs = lasted ? 0 : Math.min(LONGEST_PAUSE_MS, pauseMs * 2 + 10);
                pause(pauseMs);
            }
        } catch (IOException | RuntimeException e) {
            if (!firstReady.completeExceptionally(e)) {
                LOG.log(System.Logger.Level.ERROR, "PostgreSQL is not kept running any more", e);
            }
        }
    }

    private void prepare(Tuning tuning) throws IOException {
        if (Files.exists(data)) {
            checkVersion();
        } else {
            initialise();
        }
        PostgresSettings.write(launcher, tuning);
    }

    private void checkVersion() throws IOException {
        String found = Files.readString(data.resolve("PG_VERSION")).strip();
        if (!found.equals(PostgresProgram.MAJOR_VERSION)) {
            throw Fault.unsupported(
                    data
                            + " was written by PostgreSQL "
                            + found
                            + "; this Glis brings "
                            + PostgresProgram.VERSION
                            + ". Start it with the Glis that wrote it and move the data over");
        }
    }

    private void initialise() throws IOException {
        Path unfinished = folder.resolve("data.unfinished");
        FileTrees.delete(unfinished);
        launcher.createData(unfinished);
        int status = run("initdb", unfinished, PostgresSettings.initdb(launcher, unfinished));
        if (status != 0) {
            throw new IOException("initdb ended with " + status + ": " + printed());
        }
        StoreFolders.moveDurably(unfinished, data);
    }

    private void runOnce() throws IOException {
        int status = run("postgres", data, PostgresSettings.postgres(launcher, data));
        if (!closing && firstReady.isDone()) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "PostgreSQL ended with {0} and is started again: {1}",
                    status,
                    printed());
        }
    }

    /** Runs a program to its end; what an earlier life left running is ended first. */
    private int run(String name, Path where, List<String> arguments) throws IOException {
        long deadline =
                clock.nanoTime() + TimeUnit.MILLISECONDS.toNanos(Limits.STORE_STOP_MS.value());
        while (true) {
            int status = runUnlessHeld(name, where, arguments);
            if (status != PostgresLauncher.STILL_RUNNING) {
                return status;
            }
            if (clock.nanoTime() > deadline) {
                throw new IOException(
                        "Processes of an earlier PostgreSQL in " + where + " do not end");
            }
            launcher.killLeftovers(where);
            pause(20);
        }
    }

    private int runUnlessHeld(String name, Path where, List<String> arguments) throws IOException {
        lastLines.clear();
        Process started = launcher.start(name, where, arguments);
        process = started;
        if (closing) {
            started.destroyForcibly();
        }
        try (var lines =
                new BufferedReader(
                        new InputStreamReader(started.getInputStream(), StandardCharsets.UTF_8))) {
            String line;
            while ((line = lines.readLine()) != null) {
                noteLine(line);
            }
            return started.waitFor();
        } catch (InterruptedException e) {
            started.destroyForcibly();
            throw new IOException("Interrupted while keeping PostgreSQL", e);
        } finally {
            process = null;
        }
    }

    private void noteLine(String line) {
        if (lastLines.size() == REMEMBERED_LINES) {
            lastLines.removeFirst();
        }
        lastLines.addLast(line);
        LOG.log(System.Logger.Level.DEBUG, line);
        if (line.contains(READY)) {
            firstReady.complete(null);
        }
    }

    private static void pause(long ms) throws IOException {
        try {
            Thread.sleep(ms);
        } catch (InterruptedException e) {
            throw new IOException("Interrupted while keeping PostgreSQL", e);
        }
    }

    private String printed() {
        return String.join("\n", new ArrayList<>(lastLines));
    }

    // ---- files ----

    private static FileChannel lock(Path folder) throws IOException {
        var channel =
                FileChannel.open(
                        folder.resolve("server.lock"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() != null) {
                return channel;
            }
        } catch (java.nio.channels.OverlappingFileLockException e) {
            // This process has it already: the same answer as if another had.
            LOG.log(System.Logger.Level.DEBUG, "The data folder is in use by this process", e);
        }
        channel.close();
        throw new Fault(
                Fault.Kind.CONFLICT,
                "data-folder-in-use",
                "Another Glis works on "
                        + folder
                        + "; stop it, or choose another folder with --data");
    }

    private static void release(@Nullable FileChannel lock) {
        try {
            if (lock != null) {
                lock.close();
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "Releasing the data folder's lock failed", e);
        }
    }

    private static String socketName(int port) {
        return ".s.PGSQL." + port;
    }

    /** The folder itself, or, where its path is too long for a socket, a link to it in /tmp. */
    private static Path shortPath(Path folder) throws IOException {
        int length =
                folder.resolve(socketName(65_535))
                        .toString()
                        .getBytes(StandardCharsets.UTF_8)
                        .length;
        if (length <= LONGEST_SOCKET_PATH) {
            return folder;
        }
        Path parent = Files.createTempDirectory(LINK_FOLDER);
        removeOldLinks(parent.resolveSibling("."), folder);
        return Files.createSymbolicLink(parent.resolve(LINK), folder);
    }

    /** Those that killed servers left of the same folder, which only one server uses at a time. */
    private static void removeOldLinks(Path temporary, Path folder) throws IOException {
        try (var parents = Files.newDirectoryStream(temporary, LINK_FOLDER + "*")) {
            for (Path parent : parents) {
                Path link = parent.resolve(LINK);
                if (Files.isSymbolicLink(link) && Files.readSymbolicLink(link).equals(folder)) {
                    Files.delete(link);
                    Files.delete(parent);
                }
            }
        }
    }

    private static Fault cannotUse(Path folder, IOException e) {
        String reason =
                e instanceof FileSystemException file && file.getReason() != null
                        ? file.getFile() + ": " + file.getReason()
                        : String.valueOf(e.getMessage());
        return new Fault(
                Fault.Kind.UNAVAILABLE,
                "store-unavailable",
                "The store in "
                        + folder
                        + " cannot be used ("
                        + e.getClass().getSimpleName()
                        + "): "
                        + reason
                        + ". The folder must be writable and have 200 MB free; choose another with"
                        + " --data",
                e);
    }
}
