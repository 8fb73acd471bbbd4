package dev.glis.engine.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A mounted file system in a file of its own. It is mounted where only the server sees it.
 *
 * @param folder where it is mounted, in {@code mounts}
 */
record Volume(Path folder, MountNamespace mounts) {
    /**
     * Mounts the file system in a file.
     *
     * @param folder empty; belongs to the volume from now on
     */
    static Volume mount(Path file, Path folder, MountNamespace mounts) throws IOException {
        int descriptor = Native.openForWriting(file);
        try (var device = LoopDevice.attach(descriptor, VolumeImage.BLOCK_BYTES)) {
            mounts.inside(
                    () -> {
                        Mounts.mountExt4(device.path(), folder);
                        return folder;
                    });
            return new Volume(folder, mounts);
        } catch (IOException e) {
            Files.deleteIfExists(folder);
            throw e;
        } finally {
            Native.close(descriptor);
        }
    }

    /** Unmounts, with all that was written. */
    void unmount() throws IOException {
        mounts.inside(
                () -> {
                    Mounts.unmount(folder);
                    return folder;
                });
        Files.deleteIfExists(folder);
    }

    /** Unmounts, without writing what nobody will read. */
    void discard() throws IOException {
        mounts.inside(
                () -> {
                    Mounts.forgetUnwritten(folder);
                    return folder;
                });
        unmount();
    }
}
