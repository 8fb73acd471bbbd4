package dev.glis.engine.process;

import dev.glis.base.FileTrees;
import dev.glis.base.Limits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * On disk: each a small file system in a file with holes, mounted by a loop device. So its size is
 * a limit that the kernel holds, a full one answers "no space left on device", and what is in it is
 * not memory.
 *
 * <pre>
 *   made       file written, name removed, device, mounted    2 ms, ahead of time where it can be
 *   spare      waits for a sandbox
 *   taken      bwrap binds it to /tmp
 *   given back forgets what was not written, unmounted        the device and the file end with it
 * </pre>
 *
 * <p>The file has no name once it is a device, and the mount is in a namespace of the server's own:
 * nothing of it outlives the server and its sandboxes. A thread of its own makes spares of the
 * sizes asked for lately, and removes what was given back.
 */
final class DiskFolders implements TemporaryFolders {
    private static final System.Logger LOG = System.getLogger(DiskFolders.class.getName());
    private static final int DEFAULT_MB = 512;

    private final String mkfs;
    private final Path folder;
    private final MountNamespace mounts;
    private final Map<Integer, VolumeImage> images = new ConcurrentHashMap<>();
    private final ExecutorService keeper =
            Executors.newSingleThreadExecutor(
                    Thread.ofPlatform().daemon().name("temporary folders").factory());

    /** By size, the one used last at the end. Guarded by itself. */
    private final Map<Integer, Deque<Volume>> spares = new LinkedHashMap<>(16, 0.75f, true);

    private DiskFolders(String mkfs, Path folder, MountNamespace mounts) {
        this.mkfs = mkfs;
        this.folder = folder;
        this.mounts = mounts;
    }

    /**
     * Prepares the folder, which it empties first.
     *
     * @throws IOException when this machine cannot do it; the message says why
     */
    static DiskFolders open(Path folder) throws IOException {
        String mkfs =
                HostCommand.find("mkfs.ext4")
                        .orElseThrow(
                                () ->
                                        new IOException(
                                                "mkfs.ext4 is not installed (apt install"
                                                        + " e2fsprogs)"));
        FileTrees.delete(folder);
        Files.createDirectories(folder);
        var folders = new DiskFolders(mkfs, folder, MountNamespace.create());
        try {
            folders.spare(DEFAULT_MB, folders.make(DEFAULT_MB));
            return folders;
        } catch (IOException e) {
            folders.close();
            throw e;
        }
    }

    @Override
    public TemporaryFolder take(int mb, int memoryMb) throws IOException {
        var spare = takeSpare(mb);
        keeper.execute(() -> makeSpares(mb));
        return new OnDisk(spare == null ? make(mb) : spare);
    }

    private @Nullable Volume takeSpare(int mb) {
        synchronized (spares) {
            var waiting = spares.get(mb);
            return waiting == null ? null : waiting.poll();
        }
    }

    private Volume make(int mb) throws IOException {
        checkSpace();
        Path file = image(mb).writeTo(folder);
        try {
            return Volume.mount(file, Files.createTempDirectory(folder, "mount-"), mounts);
        } finally {
            Files.delete(file);
        }
    }

    /** The store is on the same disk, and must not be stopped by functions that fill theirs. */
    private void checkSpace() throws IOException {
        long free = Files.getFileStore(folder).getUsableSpace();
        if (free < Limits.SANDBOX_DISK_RESERVE_BYTES.value()) {
            throw new IOException(
                    "Less than "
                            + Limits.SANDBOX_DISK_RESERVE_BYTES.value()
                            + " bytes are free on the disk of the data folder");
        }
    }

    private VolumeImage image(int mb) throws IOException {
        var known = images.get(mb);
        if (known != null) {
            return known;
        }
        var made = VolumeImage.make(mkfs, mb, folder, mounts);
        images.put(mb, made);
        return made;
    }

    private void makeSpares(int mb) {
        try {
            while (wantsSpare(mb)) {
                spare(mb, make(mb));
            }
            forgetOldSizes();
        } catch (IOException | RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "No temporary folder of " + mb + " MB", e);
        }
    }

    private boolean wantsSpare(int mb) {
        synchronized (spares) {
            var waiting = spares.get(mb);
            return waiting == null || waiting.size() < Limits.SANDBOX_SPARE_FOLDERS.value();
        }
    }

    private void spare(int mb, Volume volume) {
        synchronized (spares) {
            spares.computeIfAbsent(mb, size -> new ArrayDeque<>()).add(volume);
        }
    }

    private void forgetOldSizes() {
        for (var waiting = oldestSize(); waiting != null; waiting = oldestSize()) {
            waiting.forEach(DiskFolders::discard);
        }
    }

    private @Nullable Deque<Volume> oldestSize() {
        synchronized (spares) {
            if (spares.size() <= Limits.SANDBOX_SPARE_FOLDER_SIZES.value()) {
                return null;
            }
            int oldest = spares.keySet().iterator().next();
            images.remove(oldest);
            return spares.remove(oldest);
        }
    }

    private static void discard(Volume volume) {
        try {
            volume.discard();
        } catch (IOException | RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "A temporary folder remains", e);
        }
    }

    @Override
    public <T> T inside(NetworkNamespace.Action<T> action) throws IOException {
        return mounts.inside(action);
    }

    @Override
    public Strength strength() {
        return Strength.strong("a /tmp of its own size on disk for each function instance");
    }

    @Override
    public void close() {
        keeper.execute(() -> takeAllSpares().forEach(DiskFolders::discard));
        keeper.shutdown();
        try {
            if (!keeper.awaitTermination(Limits.SANDBOX_KILL_MS.value(), TimeUnit.MILLISECONDS)) {
                LOG.log(System.Logger.Level.WARNING, "Temporary folders are not removed yet");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        mounts.close();
    }

    private List<Volume> takeAllSpares() {
        synchronized (spares) {
            var all = spares.values().stream().flatMap(Deque::stream).toList();
            spares.clear();
            return all;
        }
    }

    private final class OnDisk implements TemporaryFolder {
        private final Volume volume;

        OnDisk(Volume volume) {
            this.volume = volume;
        }

        @Override
        public List<String> options() {
            return List.of("--bind", volume.folder().toString(), "/tmp");
        }

        @Override
        public void giveBack() {
            keeper.execute(() -> discard(volume));
        }
    }
}
