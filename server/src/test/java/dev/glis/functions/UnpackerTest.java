package dev.glis.functions;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.glis.base.Fault;
import dev.glis.base.Limits;
import dev.glis.functions.testing.ZipForge;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class UnpackerTest {
    private static final byte[] TEXT = "text".getBytes(StandardCharsets.UTF_8);

    @TempDir private Path temporary;

    @Test
    void unpacksFilesFoldersAndLinks() throws IOException {
        byte[] zip =
                new ZipForge()
                        .file("bootstrap", TEXT, 0100755)
                        .file("lib/deep/ä.txt", "umlaut")
                        .add("empty/", new byte[0], 0040755, 0, 0)
                        .link("lib/current", "deep")
                        .bytes();

        long bytes = Unpacker.unpack(zip, code());

        assertEquals(10, bytes);
        assertEquals("umlaut", Files.readString(code().resolve("lib/current/ä.txt")));
        assertTrue(Files.isDirectory(code().resolve("empty")));
        assertEquals("rwxr-xr-x", permissions("bootstrap"));
        assertEquals("rw-r--r--", permissions("lib/deep/ä.txt"));
        assertEquals("rwxr-xr-x", permissions("lib"));
    }

    @Test
    void unpacksZip64() throws IOException {
        byte[] zip = new ZipForge().zip64().file("a", "one").file("b", "two").bytes();

        Unpacker.unpack(zip, code());

        assertEquals("two", Files.readString(code().resolve("b")));
    }

    @Test
    void unpacksAnArchiveBehindAScript() throws IOException {
        byte[] zip = ZipForge.of("a", "text");
        byte[] script = "#!/bin/sh\nexec java -jar $0\n".getBytes(StandardCharsets.UTF_8);
        byte[] both = Arrays.copyOf(script, script.length + zip.length);
        System.arraycopy(zip, 0, both, script.length, zip.length);

        Unpacker.unpack(both, code());

        assertArrayEquals(TEXT, Files.readAllBytes(code().resolve("a")));
    }

    static Stream<Arguments> attacks() {
        byte[] good = new ZipForge().file("a", "some text that is long enough").bytes();
        byte[] damaged = good.clone();
        damaged[35] ^= 0x55;
        return Map.ofEntries(
                        Map.entry("leaves the folder by ..", ZipForge.of("../x", "")),
                        Map.entry("leaves the folder by .. ", ZipForge.of("a/../../x", "")),
                        Map.entry("absolute path", ZipForge.of("/etc/passwd", "")),
                        Map.entry("without a name", ZipForge.of("", "")),
                        Map.entry("zero byte", ZipForge.of("a\0b", "")),
                        Map.entry("longer than 255", ZipForge.of("x".repeat(256), "")),
                        Map.entry("longer than 1024", ZipForge.of("x/".repeat(600) + "x", "")),
                        Map.entry("there twice", forge().file("a", "").file("a", "").bytes()),
                        Map.entry("there twice ", forge().file("a", "").file("./a", "").bytes()),
                        Map.entry("is no folder", forge().file("a", "").file("a/b", "").bytes()),
                        Map.entry("is no folder ", forge().link("a", "b").file("a/b", "").bytes()),
                        Map.entry(
                                "leaves the folder: it points to /etc",
                                forge().link("a", "/etc/passwd").bytes()),
                        Map.entry("the link a leaves", forge().link("a", "../x").bytes()),
                        Map.entry("the link b/c leaves", forge().link("b/c", "../../x").bytes()),
                        Map.entry(
                                "the link out leaves",
                                forge().link("d/e/up", "../..").link("out", "d/e/up/../x").bytes()),
                        Map.entry("too many links", forge().link("a", "b").link("b", "a").bytes()),
                        Map.entry(
                                "neither file, folder nor link",
                                forge().add("fifo", new byte[0], 0010644, 0, 0).bytes()),
                        Map.entry("encrypted", forge().add("a", TEXT, 0100644, 1, 0).bytes()),
                        Map.entry("by method 12", forge().add("a", TEXT, 0100644, 0, 12).bytes()),
                        Map.entry("a is damaged", forge().lying("a", TEXT, 3).bytes()),
                        Map.entry("a is damaged ", forge().lying("a", TEXT, 5_000).bytes()),
                        Map.entry("claims 7 entries", forge().file("a", "").bytes(7)),
                        Map.entry("not a zip file", "hello".getBytes(StandardCharsets.UTF_8)),
                        Map.entry("truncated", Arrays.copyOf(good, good.length - 30)),
                        Map.entry("cannot be inflated", damaged))
                .entrySet()
                .stream()
                .map(each -> Arguments.of(each.getKey().strip(), each.getValue()));
    }

    @ParameterizedTest
    @MethodSource("attacks")
    void refusesWith(String reason, byte[] zip) {
        Fault fault = assertThrows(Fault.class, () -> Unpacker.unpack(zip, code()));

        assertEquals(Fault.Kind.INVALID, fault.kind());
        assertTrue(
                fault.text().contains(reason) || reason.equals("cannot be inflated"), fault.text());
        assertTrue(fault.text().startsWith("Could not unzip uploaded file."), fault.text());
    }

    @Test
    void writesNothingWhenANameIsBad() {
        byte[] zip = forge().file("good", "text").file("../bad", "text").bytes();

        assertThrows(Fault.class, () -> Unpacker.unpack(zip, code()));

        assertFalse(Files.exists(code()));
    }

    @Test
    void stopsAThousandfoldExpansionWhateverTheHeadersSay() {
        byte[] zip = forge().lying("zeros", new byte[300_000_000], 10).bytes();

        Fault fault = assertThrows(Fault.class, () -> Unpacker.unpack(zip, code()));

        assertTrue(zip.length < 2_000_000);
        assertTrue(fault.text().contains("Unzipped size must be smaller than 262144000 bytes"));
    }

    @Test
    void refusesAMillionEntriesBeforeReadingThem() {
        var forge = forge();
        int most = Limits.CODE_ENTRIES.intValue();
        for (int i = 0; i <= most; i++) {
            forge.add("f" + i, new byte[0], 0100644, 0, 0);
        }

        Fault honest = assertThrows(Fault.class, () -> ZipArchive.read(forge.zip64().bytes()));
        Fault lying = assertThrows(Fault.class, () -> ZipArchive.read(forge.zip64().bytes(3)));

        assertTrue(honest.text().contains("more than " + most + " entries"));
        assertTrue(lying.text().contains("more than " + most + " entries"));
    }

    @Test
    @Tag("slow")
    void neverFailsOtherwiseThanByAFaultOnBrokenBytes() throws IOException {
        byte[] good = forge().file("a/b", "text").link("l", "a").file("c", "more text").bytes();
        var random = new java.util.Random(42);
        for (int round = 0; round < 20_000; round++) {
            byte[] broken = good.clone();
            for (int i = 0; i <= round % 4; i++) {
                broken[random.nextInt(broken.length)] = (byte) random.nextInt(256);
            }
            Path folder = temporary.resolve("r" + round);
            try {
                Unpacker.unpack(broken, folder);
            } catch (Fault fault) {
                assertEquals(Fault.Kind.INVALID, fault.kind());
            }
            assertEquals(0, outside(folder));
        }
    }

    private long outside(Path folder) throws IOException {
        try (var children = Files.list(temporary)) {
            long others = children.filter(child -> !child.equals(folder)).count();
            if (Files.exists(folder)) {
                try (var paths = Files.walk(folder)) {
                    for (Path path : paths.sorted(java.util.Comparator.reverseOrder()).toList()) {
                        Files.delete(path);
                    }
                }
            }
            return others;
        }
    }

    private static ZipForge forge() {
        return new ZipForge();
    }

    private Path code() {
        return temporary.resolve("code");
    }

    private String permissions(String path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(code().resolve(path)));
    }
}
