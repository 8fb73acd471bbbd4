package dev.glis.engine.process;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is read from and written to the files of either version, in a folder that imitates them. */
final class CgroupFilesTest {
    @TempDir private Path folder;

    @Test
    void theSecondVersionCountsInMicroseconds() throws Exception {
        // Given
        file("cpu.stat", "usage_usec 1234\nuser_usec 1000\nsystem_usec 234\n");
        // When
        long nanos = new CgroupsV2.Group(folder).cpuNanos();
        // Then
        assertEquals(1_234_000, nanos);
    }

    @Test
    void theFirstVersionCountsInNanoseconds() throws Exception {
        // Given
        file("cpuacct.usage", "1234567\n");
        // When
        long nanos = first().cpuNanos();
        // Then
        assertEquals(1_234_567, nanos);
    }

    @Test
    void theFirstVersionMayNotCount() {
        // When
        long nanos = first().cpuNanos();
        // Then
        assertEquals(-1, nanos);
    }

    @Test
    void whoGivesWayHasAQuarterOfTheWeight() throws Exception {
        // Given
        file("cpu.shares", "");
        file("cpu.weight", "");
        // When
        first().giveWay(true);
        new CgroupsV2.Group(folder).giveWay(true);
        // Then
        assertEquals("256", read("cpu.shares"));
        assertEquals("25", read("cpu.weight"));
    }

    @Test
    void whoDoesNotHasTheOrdinaryWeight() throws Exception {
        // Given
        file("cpu.shares", "");
        file("cpu.weight", "");
        // When
        first().giveWay(false);
        new CgroupsV2.Group(folder).giveWay(false);
        // Then
        assertEquals("1024", read("cpu.shares"));
        assertEquals("100", read("cpu.weight"));
    }

    @Test
    void controllersThatAreMountedTogetherAreOnePlace() {
        // Given
        var hierarchies = new LinkedHashMap<String, Path>();
        for (String controller : CgroupsV1.CONTROLLERS) {
            hierarchies.put(controller, Path.of("/groups", controller));
        }
        // When
        var without = CgroupsV1.places(hierarchies);
        hierarchies.put("cpuacct", Path.of("/groups/cpu"));
        var together = CgroupsV1.places(hierarchies);
        hierarchies.put("cpuacct", Path.of("/groups/cpuacct"));
        var apart = CgroupsV1.places(hierarchies);
        // Then
        assertEquals(List.of(4, 4, 5), List.of(without.size(), together.size(), apart.size()));
    }

    @Test
    void theKernelSharesOutCpuBetweenSandboxesAndNotBetweenServers() throws Exception {
        // Given
        var hierarchies = new LinkedHashMap<String, Path>();
        for (String controller : CgroupsV1.CONTROLLERS) {
            hierarchies.put(controller, Files.createDirectory(folder.resolve(controller)));
        }
        // When
        new CgroupsV1(hierarchies, new ServerName(1, 2, 3));
        // Then
        assertEquals(List.of(), ControlFolders.children(folder.resolve("cpu")));
        assertEquals(1, ControlFolders.children(folder.resolve("memory")).size());
    }

    @Test
    void whatDeadServersLeftIsKnownByItsName() {
        // Given
        var server = new ServerName(1, Integer.MAX_VALUE, 3);
        var next = new ServerName(1, 5, 6);
        // When
        var known =
                List.of(
                        next.namesDeadServer(server.of("some-id")),
                        next.namesDeadServer(server.text()),
                        next.namesDeadServer(new ServerName(2, 3, 4).of("id")));
        // Then
        assertEquals(List.of(true, true, false), known);
    }

    private Cgroup first() {
        return new CgroupsV1.Group(folder, folder, folder, folder, folder);
    }

    private void file(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }

    private String read(String name) throws IOException {
        return Files.readString(folder.resolve(name));
    }
}
