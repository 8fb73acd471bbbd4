package dev.glis.store;

import dev.glis.base.FileTrees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/** What the store does with folders, so that a crash at any moment leaves whole things or none. */
final class StoreFolders {
    private StoreFolders() {}

    /** A folder that others may read and pass, whatever the umask says. */
    static void createReadable(Path folder) throws IOException {
        create(folder, "rwxr-xr-x");
    }

    /** A folder for its owner only. */
    static void createPrivate(Path folder) throws IOException {
        create(folder, "rwx------");
    }

    private static void create(Path folder, String permissions) throws IOException {
        Files.createDirectories(folder);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(permissions));
    }

    /** Gives a file or folder to a numeric user; only root may. */
    static void give(Path path, int uid) throws IOException {
        Files.setAttribute(path, "unix:uid", uid, LinkOption.NOFOLLOW_LINKS);
        Files.setAttribute(path, "unix:gid", uid, LinkOption.NOFOLLOW_LINKS);
    }

    /** Renames a finished folder to its final name once all of its content is on disk. */
    static void moveDurably(Path finished, Path target) throws IOException {
        syncFileSystem(finished);
        Files.move(finished, target, StandardCopyOption.ATOMIC_MOVE);
        FileTrees.syncFolder(target.resolve("..").normalize());
    }

    /** One flush of the whole file system is far cheaper than a thousand of single files. */
    private static void syncFileSystem(Path path) throws IOException {
        Process sync = new ProcessBuilder("sync", "-f", path.toString()).start();
        try {
            int status = sync.waitFor();
            if (status != 0) {
                throw new IOException("sync -f " + path + " ended with " + status);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while flushing " + path, e);
        }
    }
}
