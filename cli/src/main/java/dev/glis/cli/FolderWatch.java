package dev.glis.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Does something at each change of a folder. Looks at sizes and times a few times a second, which
 * finds changes under every kind of file system and editor, unlike the kernel's notifications.
 */
final class FolderWatch {
    private static final long PAUSE_MS = 300;

    private final Path folder;
    private final Terminal terminal;

    FolderWatch(Path folder, Terminal terminal) {
        this.folder = folder;
        this.terminal = terminal;
    }

    /**
     * Does it now and at each change; a failure is told and the next change awaited. Never ends.
     */
    void run(Runnable work) {
        long done = 0;
        while (true) {
            long now = state();
            if (now != done) {
                done = now;
                attempt(work);
            }
            pause();
        }
    }

    private void attempt(Runnable work) {
        try {
            work.run();
        } catch (Failure failure) {
            terminal.remark("glis: " + failure.text());
        }
        terminal.remark("Waiting for changes in " + folder + " ...");
        terminal.flush();
    }

    /** A number that is another one, in all likelihood, after any change. */
    private long state() {
        try (Stream<Path> walk = Files.walk(folder)) {
            return walk.filter(file -> isWatched(folder.relativize(file)))
                    .mapToLong(
                            file ->
                                    31L * file.hashCode()
                                            + 17 * modified(file)
                                            + file.toFile().length())
                    .sum();
        } catch (IOException | java.io.UncheckedIOException e) {
            return -1; // A file has gone while we looked; the next look tells.
        }
    }

    /** What a build writes must not cause the next build. */
    private static boolean isWatched(Path relative) {
        return (Zip.isCode(relative) && !relative.startsWith("target"))
                || relative.toString().equals(Manifest.FILE_NAME);
    }

    private static long modified(Path file) {
        return file.toFile().lastModified();
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure("Interrupted", e);
        }
    }
}
