package dev.glis.engine;

import dev.glis.base.FileTrees;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Caches on disk: a folder for each, named by what it belongs to, complete once it has that name.
 *
 * <p>Nothing is synchronised to disk: what is there was written since the machine was started, for
 * all else is thrown away at the start. When all caches together are too large, the account that
 * has most of them loses the one that it has not used for the longest time; so an account cannot
 * push out those of others.
 *
 * <p>Calls block. Safe for use by any thread.
 */
final class CacheShelf {
    private static final System.Logger LOG = System.getLogger(CacheShelf.class.getName());
    private static final String UNFINISHED = "unfinished-";
    private static final String BOOT_MARKER = ".boot";
    private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");
    private static final int BUFFER_BYTES = 64 * 1024;

    private final Path folder;
    private final long mostBytes;

    /** What is there with its size, the least recently used first. */
    private final Map<CacheName, Long> caches = new LinkedHashMap<>(16, 0.75f, true);

    private CacheShelf(Path folder, long mostBytes) {
        this.folder = folder;
        this.mostBytes = mostBytes;
    }

    /**
     * Takes up what an earlier run has left.
     *
     * @param folder for this class alone; made if it is not there
     * @param mostBytes of all caches together
     */
    static CacheShelf open(Path folder, long mostBytes) throws IOException {
        Files.createDirectories(folder);
        var shelf = new CacheShelf(folder.toAbsolutePath(), mostBytes);
        shelf.takeUp();
        shelf.makeRoom();
        return shelf;
    }

    private void takeUp() throws IOException {
        String boot = Files.readString(BOOT).strip();
        Path marker = folder.resolve(BOOT_MARKER);
        boolean sameBoot = Files.exists(marker) && Files.readString(marker).equals(boot);
        try (Stream<Path> children = Files.list(folder)) {
            for (Path child : children.filter(path -> !path.equals(marker)).toList()) {
                Optional<CacheName> name = CacheName.parse(child.getFileName().toString());
                if (sameBoot && name.isPresent()) {
                    caches.put(name.get(), sizeOf(child));
                } else {
                    deleteTree(child);
                }
            }
        }
        Files.writeString(marker, boot);
    }

    /** The cache's folder, if there is one; counts as a use. */
    synchronized Optional<Path> find(CacheName name) {
        return caches.get(name) == null ? Optional.empty() : Optional.of(pathOf(name));
    }

    synchronized boolean has(CacheName name) {
        return caches.containsKey(name);
    }

    /** A new folder for a cache in the making. */
    Path begin() throws IOException {
        Path unfinished = Files.createTempDirectory(folder, UNFINISHED);
        Files.setPosixFilePermissions(unfinished, PosixFilePermissions.fromString("rwxr-xr-x"));
        return unfinished;
    }

    /**
     * Takes a finished cache into use.
     *
     * @param product what the sandbox made; no process that could write it is left
     * @throws IOException when it is not a usable file; the folder is left to the caller then
     */
    void finish(CacheName name, Path unfinished, Path product, long mostProductBytes)
            throws IOException {
        copy(product, unfinished.resolve(CacheMaker.CACHE), mostProductBytes);
        long bytes = sizeOf(unfinished);
        synchronized (this) {
            remove(name);
            Files.move(unfinished, pathOf(name));
            caches.put(name, bytes);
            makeRoom();
        }
    }

    /** A copy, so that nothing that the sandbox may have kept open reaches it. */
    private static void copy(Path product, Path cache, long mostBytes) throws IOException {
        if (!Files.isRegularFile(product, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException("what was made is no file");
        }
        long bytes = 0;
        try (InputStream in = Files.newInputStream(product, LinkOption.NOFOLLOW_LINKS);
                OutputStream out = Files.newOutputStream(cache)) {
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                bytes += count;
                if (bytes >= mostBytes) {
                    throw new IOException("what was made has reached " + mostBytes + " bytes");
                }
                out.write(buffer, 0, count);
            }
        }
        if (bytes == 0) {
            throw new IOException("nothing was made");
        }
        Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("r--r--r--"));
    }

    /** Removes the caches that fit; instances that use one keep what they have mounted. */
    synchronized void removeIf(Predicate<CacheName> which) {
        for (CacheName name : List.copyOf(caches.keySet())) {
            if (which.test(name)) {
                remove(name);
            }
        }
    }

    private void remove(CacheName name) {
        if (caches.remove(name) != null) {
            deleteTree(pathOf(name));
        }
    }

    private void makeRoom() {
        while (total() > mostBytes) {
            remove(leastRecentlyUsedOf(largestAccount()));
        }
    }

    private long total() {
        return caches.values().stream().mapToLong(Long::longValue).sum();
    }

    private String largestAccount() {
        var totals = new HashMap<String, Long>();
        caches.forEach((name, bytes) -> totals.merge(name.account(), bytes, Long::sum));
        return totals.entrySet().stream().max(Map.Entry.comparingByValue()).orElseThrow().getKey();
    }

    private CacheName leastRecentlyUsedOf(String account) {
        return caches.keySet().stream()
                .filter(name -> name.account().equals(account))
                .findFirst()
                .orElseThrow();
    }

    private Path pathOf(CacheName name) {
        return folder.resolve(name.toString());
    }

    private static long sizeOf(Path tree) throws IOException {
        var sizes = new ArrayList<Long>();
        try (Stream<Path> children = Files.list(tree)) {
            for (Path child : children.toList()) {
                sizes.add(
                        Files.isRegularFile(child, LinkOption.NOFOLLOW_LINKS)
                                ? Files.size(child)
                                : 0);
            }
        }
        return sizes.stream().mapToLong(Long::longValue).sum();
    }

    static void deleteTree(Path tree) {
        try {
            if (Files.isDirectory(tree, LinkOption.NOFOLLOW_LINKS)) {
                makeListable(tree);
            }
            FileTrees.delete(tree);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "A cache's folder remains: " + tree, e);
        }
    }

    /** Some folders in it may be closed even to their owner. */
    private static void makeListable(Path tree) throws IOException {
        try (Stream<Path> children = Files.list(tree)) {
            for (Path child : children.toList()) {
                if (Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS)) {
                    Files.setPosixFilePermissions(
                            child, PosixFilePermissions.fromString("rwx------"));
                }
            }
        }
    }
}
