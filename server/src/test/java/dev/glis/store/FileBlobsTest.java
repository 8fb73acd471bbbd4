package dev.glis.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.glis.base.Fault;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileBlobsTest {
    private static final byte[] HELLO = "hello".getBytes(StandardCharsets.UTF_8);
    private static final String HELLO_SHA256 =
            "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

    @TempDir private Path folder;

    @Test
    void aBlobComesBackUnderItsHash() throws Exception {
        var blobs = new FileBlobs(folder);

        Blobs.Blob blob = blobs.put(HELLO);

        assertEquals(new Blobs.Blob(HELLO_SHA256, 5), blob);
        try (InputStream stored = blobs.open(HELLO_SHA256)) {
            assertArrayEquals(HELLO, stored.readAllBytes());
        }
        assertEquals(
                folder.resolve("2c").resolve("f2").resolve(HELLO_SHA256), blobs.file(HELLO_SHA256));
    }

    @Test
    void storingTwiceIsHarmlessAndLeavesNothingElse() throws Exception {
        var blobs = new FileBlobs(folder);

        blobs.put(HELLO);
        blobs.put(HELLO);

        try (var files = Files.walk(folder)) {
            assertEquals(1, files.filter(Files::isRegularFile).count());
        }
    }

    @Test
    void foldersAboveAreFlushedOnlyWhenTheyAreNew() throws Exception {
        var flushed = new ArrayList<Path>();
        var blobs = new FileBlobs(folder, flushed::add);
        Path inner = folder.resolve("2c").resolve("f2");

        blobs.put(HELLO);
        blobs.put(HELLO);

        assertEquals(List.of(inner, folder.resolve("2c"), folder, inner), flushed);
    }

    @Test
    void aFolderThatCouldNotBeFlushedIsFlushedNextTime() throws Exception {
        var flushed = new ArrayList<Path>();
        var broken = new AtomicBoolean(true);
        var blobs =
                new FileBlobs(
                        folder,
                        at -> {
                            flushed.add(at);
                            if (flushed.size() == 2 && broken.getAndSet(false)) {
                                throw new IOException("not now");
                            }
                        });
        assertThrows(Fault.class, () -> blobs.put(HELLO));
        flushed.clear();

        blobs.put(HELLO);

        assertTrue(flushed.contains(folder.resolve("2c")));
        assertTrue(flushed.contains(folder));
    }

    @Test
    void whatACrashLeftIsRemovedAtTheStart() throws Exception {
        Path leftover = folder.resolve("unfinished").resolve("1");
        Files.createDirectories(folder.resolve("unfinished"));
        Files.writeString(leftover, "half");

        var blobs = new FileBlobs(folder);

        assertFalse(Files.exists(leftover));
        assertEquals(HELLO_SHA256, blobs.put(HELLO).sha256());
    }

    @Test
    void aFailingSenderLeavesNothing() throws Exception {
        var blobs = new FileBlobs(folder);
        var failing =
                new InputStream() {
                    @Override
                    public int read() throws IOException {
                        throw new IOException("sender gone");
                    }

                    @Override
                    public int read(byte[] bytes, int offset, int length) throws IOException {
                        return read();
                    }
                };

        var failure = assertThrows(IOException.class, () -> blobs.put(failing));

        assertEquals("sender gone", failure.getMessage());
        try (var files = Files.walk(folder)) {
            assertEquals(0, files.filter(Files::isRegularFile).count());
        }
    }

    @Test
    void aDeletedOrUnknownBlobIsNotThere() throws Exception {
        var blobs = new FileBlobs(folder);
        blobs.put(HELLO);

        blobs.delete(HELLO_SHA256);
        blobs.delete(HELLO_SHA256);

        assertThrows(NoSuchFileException.class, () -> blobs.open(HELLO_SHA256));
    }

    @Test
    void aNameThatIsNoHashIsRefused() {
        var blobs = new FileBlobs(folder);

        var failure = assertThrows(Fault.class, () -> blobs.open("../../etc/passwd"));

        assertEquals(Fault.Kind.INVALID, failure.kind());
    }

    @Test
    void aFullDiskIsNamedAndLeavesNothing() throws Exception {
        assumeTrue(run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder.toString()));
        try {
            var blobs = new FileBlobs(folder);

            var failure = assertThrows(Fault.class, () -> blobs.put(new byte[2 * 1024 * 1024]));

            assertEquals("disk-full", failure.code());
            assertEquals(HELLO_SHA256, blobs.put(HELLO).sha256());
        } finally {
            assertTrue(run("umount", folder.toString()));
        }
    }

    @Test
    void aFolderThatCannotBeWrittenIsNamed() {
        var failure = assertThrows(Fault.class, () -> new FileBlobs(Path.of("/proc/glis/blobs")));

        assertTrue(failure.text().contains("/proc/glis/blobs"), failure.text());
    }

    private static boolean run(String... command) throws Exception {
        return new ProcessBuilder(command).inheritIO().start().waitFor() == 0;
    }
}
