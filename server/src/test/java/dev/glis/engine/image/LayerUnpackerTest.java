package dev.glis.engine.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.glis.base.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Layers that want more than to be unpacked. */
final class LayerUnpackerTest {
    private static final long ROOM = 1_000_000;

    @TempDir private Path temporary;
    private Path layer;

    @BeforeEach
    void prepare() throws IOException {
        Files.createDirectory(temporary.resolve("victim"));
        Files.writeString(temporary.resolve("victim/file"), "untouched");
        layer = temporary.resolve("layer");
    }

    @Test
    void keepsWhatALayerMeans() throws IOException {
        // Given
        var tar =
                new TarForge()
                        .folder("./etc/", 0700)
                        .file("etc/secret", 0600, "for the owner")
                        .file("bin/tool", 04755, "a program")
                        .link("absolute", "/etc/secret")
                        .hardLink("bin/other", "bin/tool")
                        .entry('3', "dev/null", 0666, "", "")
                        .file("bin/tool2", 0644, "plain");
        // When
        long bytes = LayerUnpacker.unpack(tar.stream(), layer, ROOM);
        // Then: all may read what the owner may, nobody may write, no bit sets the user
        assertEquals(27, bytes);
        assertEquals("r--r--r--", permissions("etc/secret"));
        assertEquals("r-xr-xr-x", permissions("bin/tool"));
        assertEquals("rwxr-xr-x", permissions("etc"));
        assertEquals(0, mode("bin/tool") & 07000);
        assertEquals("/etc/secret", Files.readSymbolicLink(layer.resolve("absolute")).toString());
        assertTrue(Files.isSameFile(layer.resolve("bin/tool"), layer.resolve("bin/other")));
        assertFalse(Files.exists(layer.resolve("dev/null"), LinkOption.NOFOLLOW_LINKS));
        assertEquals(
                1_000_000_000L,
                Files.getLastModifiedTime(layer.resolve("bin/tool")).toMillis() / 1000);
    }

    @Test
    void aLaterEntryTakesTheEarlierOnesPlace() throws IOException {
        // Given: the second file must not be written through the link
        var tar = new TarForge().link("a", "../victim/file").file("a", "new");
        // When
        LayerUnpacker.unpack(tar.stream(), layer, ROOM);
        // Then
        assertEquals("new", Files.readString(layer.resolve("a")));
        assertEquals("untouched", Files.readString(temporary.resolve("victim/file")));
    }

    static Stream<TarForge> hostile() {
        String deep = "d/".repeat(2_000);
        return Stream.of(
                new TarForge().file("../victim/file", "overwritten"),
                new TarForge().file("a/../../victim/file", "overwritten"),
                new TarForge().link("a", "../victim").file("a/file", "overwritten"),
                new TarForge().link("a", "/").file("a/tmp/x", "written"),
                new TarForge().link("a", "../victim").folder("a/b/", 0755),
                new TarForge().file("a", "").file("a/b", ""),
                new TarForge().hardLink("a", "../victim/file"),
                new TarForge().hardLink("a", "/etc/passwd"),
                new TarForge().link("a", "../victim").hardLink("b", "a/file"),
                new TarForge().folder("a/", 0755).hardLink("b", "a"),
                new TarForge().folder("a/", 0755).file("a/b", "").file("a", "over a full folder"),
                new TarForge()
                        .entry('L', "././@LongLink", 0, "", "../victim/file\0")
                        .file("x", "y"),
                new TarForge().entry('x', "pax", 0, "", "24 path=../victim/file12\n").file("x", ""),
                new TarForge().entry('x', "pax", 0, "", "99999999999 path=a\n").file("x", ""),
                new TarForge().entry('x', "pax", 0, "", "20 GNU.sparse.major=1\n").file("x", ""),
                new TarForge().claiming('L', "l", 0, "", new byte[0], 8_000_000_000L),
                new TarForge().claiming('0', "huge", 0, "", new byte[512], 8_000_000_000L),
                new TarForge().entry('L', "l", 0, "", deep + "\0").file("x", "y"),
                new TarForge().file("n".repeat(90) + "\u00e9", "").entry('S', "sparse", 0, "", ""),
                new TarForge().entry('V', "volume", 0, "", ""),
                new TarForge().file("large", "x".repeat(2_000_000)));
    }

    @ParameterizedTest
    @MethodSource("hostile")
    void refusesWhatLeadsOutOrTooFar(TarForge tar) throws IOException {
        // When
        assertThrows(Exception.class, () -> LayerUnpacker.unpack(tar.stream(), layer, ROOM));
        // Then
        assertEquals("untouched", Files.readString(temporary.resolve("victim/file")));
        try (var victims = Files.list(temporary.resolve("victim"))) {
            assertEquals(1, victims.count());
        }
        assertFalse(Files.exists(Path.of("/tmp/x")));
    }

    @Test
    void saysWhatIsWrong() {
        // Given
        var tar = new TarForge().file("a/../../b", "");
        // When
        Fault fault =
                assertThrows(Fault.class, () -> LayerUnpacker.unpack(tar.stream(), layer, ROOM));
        // Then
        assertEquals("invalid-image", fault.code());
        assertEquals(
                "The image is not valid: the name a/../../b in it leads out of the image",
                fault.text());
    }

    @Test
    void upperLayersReplaceAndRemoveWhatLowerOnesHold() throws IOException {
        // Given
        Path lower = temporary.resolve("lower");
        Path upper = temporary.resolve("upper");
        LayerUnpacker.unpack(
                new TarForge()
                                .file("kept/one", "1")
                                .file("kept/two", "2")
                                .file("opaque/old", "old")
                                .folder("gone/deep/", 0755)
                                .link("linked", "kept")
                                .link("etc", "/")
                                .link("tmp", "/etc")
                                .file("dev", "a file")
                                .stream(),
                lower,
                ROOM);
        LayerUnpacker.unpack(
                new TarForge()
                                .file("kept/.wh.one", "")
                                .file("kept/two", "two")
                                .file("opaque/.wh..wh..opq", "")
                                .file("opaque/new", "new")
                                .file(".wh.gone", "")
                                .file("kept/.wh...", "")
                                .file("kept/.wh..", "")
                                .file("linked/inside", "a folder now")
                                .stream(),
                upper,
                ROOM);
        Path root = temporary.resolve("root");
        // When
        ImageRoot.make(List.of(lower, upper), root);
        // Then
        assertFalse(Files.exists(root.resolve("kept/one")));
        assertEquals("two", Files.readString(root.resolve("kept/two")));
        assertFalse(Files.exists(root.resolve("kept/inside")));
        assertEquals("a folder now", Files.readString(root.resolve("linked/inside")));
        assertFalse(Files.exists(root.resolve("opaque/old")));
        assertTrue(Files.exists(root.resolve("opaque/new")));
        assertFalse(Files.exists(root.resolve("gone")));
        assertFalse(Files.exists(root.resolve("kept/.wh.one")));
        for (String mounted : List.of("proc", "dev", "tmp", "etc")) {
            assertTrue(
                    Files.isDirectory(root.resolve(mounted), LinkOption.NOFOLLOW_LINKS), mounted);
        }
        for (String mounted : List.of("hosts", "hostname", "resolv.conf")) {
            assertTrue(
                    Files.isRegularFile(
                            root.resolve("etc").resolve(mounted), LinkOption.NOFOLLOW_LINKS));
        }
    }

    private String permissions(String name) throws IOException {
        return PosixFilePermissions.toString(
                Files.getPosixFilePermissions(layer.resolve(name), LinkOption.NOFOLLOW_LINKS));
    }

    private int mode(String name) throws IOException {
        return (Integer) Files.getAttribute(layer.resolve(name), "unix:mode");
    }
}
