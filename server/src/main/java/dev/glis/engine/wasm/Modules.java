package dev.glis.engine.wasm;

import dev.glis.base.Clock;
import dev.glis.base.Limits;
import dev.glis.base.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Compiled modules: on disk by the content of the module, and those in use lately in memory, by the
 * file that they came from, which never changes.
 *
 * <p>Both are caches. A file that is missing is made again by compiling; a module that is not in
 * memory is read from its file in some milliseconds. So ten thousand deployed functions hold memory
 * only for those that are called, and no more than a limit even for these.
 *
 * <p>Calls block. Safe for use by any thread; each file is loaded by one at a time.
 */
final class Modules {
    private static final System.Logger LOG = System.getLogger(Modules.class.getName());

    /** Changes with the compiler and with the form of its files. */
    private static final String FORMAT = "-endive-1.0.0-2.bin";

    private static final String TEMPORARY = ".new-";

    private final Path folder;
    private final CompilerProcess compiler;
    private final Clock clock;
    private final Map<Path, Object> locks = new ConcurrentHashMap<>();

    /** The least recently used first. */
    private final Map<Path, Entry> loaded = new LinkedHashMap<>(16, 0.75f, true);

    private long loadedBytes;

    /** A module in memory, and how many use it: it stays as long as somebody does. */
    private static final class Entry {
        private final LoadedModule module;
        private long usedNanos;
        private int users;

        Entry(LoadedModule module) {
            this.module = module;
        }
    }

    /**
     * In a folder of their own.
     *
     * @throws IOException when the folder cannot be made
     */
    Modules(Path folder, Clock clock) throws IOException {
        this.folder = folder;
        this.clock = clock;
        Files.createDirectories(folder);
        removeLeftovers();
        this.compiler = new CompilerProcess(folder);
    }

    private void removeLeftovers() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(each -> !isResult(each)).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    private static boolean isResult(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(FORMAT) && !name.startsWith(TEMPORARY);
    }

    /**
     * A module, ready to be instantiated, which stays in memory until it is {@link #release
     * released}.
     *
     * @throws IOException also when the modules that are in use leave no room for it
     */
    LoadedModule acquire(Path module) throws Refusal, IOException {
        LoadedModule found = find(module);
        if (found != null) {
            return found;
        }
        try {
            synchronized (locks.computeIfAbsent(module, key -> new Object())) {
                LoadedModule foundNow = find(module);
                return foundNow == null ? read(module) : foundNow;
            }
        } finally {
            locks.remove(module);
        }
    }

    private LoadedModule read(Path module) throws Refusal, IOException {
        return add(module, LoadedModule.of(CompiledFile.read(compiled(module))));
    }

    /** The file of a module as compiled, which is done now if need be; it may go when unused. */
    Path compiled(Path module) throws Refusal, IOException {
        Path file = compiledFile(module);
        Files.setLastModifiedTime(file, FileTime.from(clock.instant()));
        return file;
    }

    private synchronized @Nullable LoadedModule find(Path module) {
        Entry entry = loaded.get(module);
        if (entry == null) {
            return null;
        }
        entry.users++;
        return entry.module;
    }

    private synchronized LoadedModule add(Path file, LoadedModule module) throws IOException {
        LoadedModule there = find(file); // Read by two at once.
        if (there != null) {
            return there;
        }
        makeRoom(module.classBytes());
        var entry = new Entry(module);
        entry.users++;
        loaded.put(file, entry);
        loadedBytes += module.classBytes();
        return module;
    }

    /** Forgets the modules without users that were used the longest ago. */
    private void makeRoom(long bytes) throws IOException {
        Iterator<Entry> oldest = loaded.values().iterator();
        while (loadedBytes + bytes > Limits.WASM_LOADED_BYTES.value() && oldest.hasNext()) {
            Entry entry = oldest.next();
            if (entry.users == 0) {
                loadedBytes -= entry.module.classBytes();
                oldest.remove();
            }
        }
        if (loadedBytes + bytes > Limits.WASM_LOADED_BYTES.value()) {
            throw new IOException(
                    "The WebAssembly modules in use take "
                            + loadedBytes
                            + " bytes compiled, and this one "
                            + bytes
                            + "; the most are "
                            + Limits.WASM_LOADED_BYTES.value());
        }
    }

    /** One of its users needs a module no more. */
    synchronized void release(Path module) {
        Entry entry = loaded.get(module);
        if (entry != null) {
            entry.users--;
            entry.usedNanos = clock.nanoTime();
        }
    }

    /** Drops from memory what nobody has used for long. */
    synchronized void dropIdle() {
        long now = clock.nanoTime();
        Iterator<Entry> oldest = loaded.values().iterator();
        while (oldest.hasNext()) {
            Entry entry = oldest.next();
            boolean idle =
                    entry.users == 0
                            && now - entry.usedNanos
                                    >= Limits.WASM_MODULE_IDLE_MS.value() * 1_000_000;
            if (idle) {
                loadedBytes -= entry.module.classBytes();
                oldest.remove();
            }
        }
    }

    private Path compiledFile(Path module) throws Refusal, IOException {
        Path file = folder.resolve(Sha256.of(Files.readAllBytes(module)) + FORMAT);
        if (!Files.exists(file)) {
            compile(module, file);
        }
        return file;
    }

    private void compile(Path module, Path file) throws Refusal, IOException {
        Path temporary = folder.resolve(TEMPORARY + UUID.randomUUID());
        try {
            compiler.compile(module, temporary);
            Files.move(
                    temporary,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
        makeRoom(file);
    }

    /** Deletes the files that have not been used for the longest, if all are too much. */
    private synchronized void makeRoom(Path newest) {
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> oldest =
                    files.filter(Modules::isResult)
                            .sorted(Comparator.comparing(Modules::lastUsed))
                            .toList();
            long bytes = 0;
            for (Path file : oldest) {
                bytes += Files.size(file);
            }
            for (Path file : oldest) {
                if (bytes <= Limits.WASM_STORED_BYTES.value()) {
                    return;
                }
                if (!file.equals(newest)) {
                    bytes -= Files.size(file);
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "Compiled modules cannot be tidied up", e);
        }
    }

    private static FileTime lastUsed(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException e) {
            return FileTime.fromMillis(0);
        }
    }
}
