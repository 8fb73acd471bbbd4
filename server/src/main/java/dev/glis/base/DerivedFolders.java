package dev.glis.base;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Folders, each made of something durable and made again when it is missing, such as unpacked code.
 *
 * <p>Files are not synchronised to disk one by one, for that would take minutes. A folder appears
 * whole, by a rename, and so is good as long as the kernel lives. After a reboot none is trusted:
 * they are all made again when needed. Calls block. Safe for use by any thread.
 */
public final class DerivedFolders {
    private static final System.Logger LOG = System.getLogger(DerivedFolders.class.getName());
    private static final String TEMPORARY = ".unpacking-";
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    private final Path parent;

    public DerivedFolders(Path parent) {
        this.parent = parent;
    }

    /** Throws away what an earlier run left half done, and all folders after a reboot. */
    public void start() throws IOException {
        Files.createDirectories(parent);
        String boot = Files.readString(BOOT_ID).strip();
        Path marker = parent.resolve(".boot");
        boolean sameBoot = Files.exists(marker) && Files.readString(marker).equals(boot);
        try (Stream<Path> children = Files.list(parent)) {
            for (Path child : children.toList()) {
                if (child.getFileName().toString().startsWith(TEMPORARY) || !sameBoot) {
                    delete(child);
                }
            }
        }
        Files.writeString(marker, boot);
    }

    /** Where a folder is, or would be. */
    public Path folder(String name) {
        return parent.resolve(name);
    }

    public boolean has(String name) {
        return Files.isDirectory(folder(name));
    }

    /** A place that nobody else uses, to be published or deleted. */
    public Path temporary() {
        return parent.resolve(TEMPORARY + UUID.randomUUID());
    }

    /** Gives a whole folder its name; harmless when another thread has been quicker. */
    public void publish(Path temporary, String name) throws IOException {
        try {
            Files.move(temporary, folder(name), StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException e) {
            if (!has(name)) {
                throw e;
            }
        }
    }

    /** Removes a folder; what cannot be removed is logged. */
    public static void delete(Path folder) {
        try {
            FileTrees.delete(folder);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "Removing " + folder + " failed", e);
        }
    }
}
