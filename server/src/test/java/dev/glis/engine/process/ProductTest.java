package dev.glis.engine.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.glis.engine.Sandboxes;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The one file that a sandbox may fill, and what hostile code can make of it. */
final class ProductTest {
    private static final String INSIDE = "/var/product";
    private static final long MOST_BYTES = 100_000;

    @TempDir private static Path folder;
    private static ProcessSandboxes sandboxes;
    private Path product;

    @BeforeAll
    static void open() throws Exception {
        sandboxes = ProcessSandboxes.open(folder.resolve("sandboxes"));
    }

    @AfterAll
    static void close() {
        sandboxes.close();
    }

    @BeforeEach
    void make() throws Exception {
        Path workshop = Files.createTempDirectory(folder, "workshop");
        product = Files.createFile(workshop.resolve("product"));
        Files.setPosixFilePermissions(product, PosixFilePermissions.fromString("rw-rw-rw-"));
    }

    @Test
    void isFilled() throws Exception {
        // When
        var ended = run("echo made > " + INSIDE);
        // Then
        assertEquals(0, ended.exit().status(), ended.text());
        assertEquals("made\n", Files.readString(product));
    }

    @Test
    void cannotBeReplacedByALinkOrAPipeNorJoinedByAnotherFile() throws Exception {
        // Given
        String script =
                "rm -f /var/product; ln -sf /etc/passwd /var/product; mkfifo /var/product; mv -f /tmp /var/product;"
                        + " echo x > /var/product.more; echo x > /var/more; exit 0";
        // When
        var ended = run(script);
        // Then
        assertEquals(0, ended.exit().status(), ended.text());
        assertTrue(Files.isRegularFile(product, LinkOption.NOFOLLOW_LINKS));
        try (var files = Files.list(product.resolveSibling(""))) {
            assertEquals(1, files.count());
        }
    }

    @Test
    void growsToItsLimitOnly() throws Exception {
        // When
        var ended = run("cat /dev/zero > " + INSIDE);
        // Then
        assertNotEquals(0, ended.exit().status());
        assertTrue(Files.size(product) <= MOST_BYTES + 512, Files.size(product) + " bytes");
    }

    private SandboxFixture.Ended run(String script) throws Exception {
        Sandboxes.Spec plain = SandboxFixture.shell(script);
        return SandboxFixture.run(
                sandboxes,
                new Sandboxes.Spec(
                        plain.id(),
                        plain.command(),
                        plain.environment(),
                        plain.mounts(),
                        plain.layers(),
                        plain.memoryMb(),
                        plain.cpuShare(),
                        plain.processes(),
                        plain.temporaryMb(),
                        plain.egress(),
                        null,
                        new Sandboxes.Product(product, INSIDE, MOST_BYTES)));
    }
}
