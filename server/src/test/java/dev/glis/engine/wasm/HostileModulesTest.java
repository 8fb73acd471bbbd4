package dev.glis.engine.wasm;

import static dev.glis.engine.wasm.WasmFixture.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.glis.engine.Blueprint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every function of the host is called with what no compiler would write: descriptors that are not
 * open, pointers at, over and far beyond the end of memory, lengths and counts that overflow. Each
 * call meets an error number or a trap, and the next call works.
 */
final class HostileModulesTest {
    private static final long PAGE = 65_536;
    private static final long BAD_DESCRIPTOR = 8;

    /** What each function may answer, if pointers lead nowhere: an error number, or a trap. */
    private static final Map<String, String> ANSWERS =
            Map.ofEntries(
                    Map.entry("args_get", "0|trap"),
                    Map.entry("args_sizes_get", "0|trap"),
                    Map.entry("environ_get", "0|trap"),
                    Map.entry("environ_sizes_get", "0|trap"),
                    Map.entry("clock_res_get", "0|28|trap"),
                    Map.entry("clock_time_get", "0|28|trap"),
                    Map.entry("random_get", "0|trap"),
                    Map.entry("sched_yield", "0"),
                    Map.entry("poll_oneoff", "0|28|trap"),
                    Map.entry("proc_raise", "58"),
                    Map.entry("fd_read", "0|8|28|trap"),
                    Map.entry("fd_write", "0|8|28|trap"),
                    Map.entry("fd_fdstat_get", "0|8|trap"),
                    Map.entry("fd_filestat_get", "0|8|trap"),
                    Map.entry("fd_fdstat_set_flags", "0|8"),
                    Map.entry("fd_close", "0|8"),
                    Map.entry("fd_seek", "70|8"),
                    Map.entry("fd_tell", "70|8"),
                    Map.entry("req", "7|12|trap"),
                    Map.entry("close", "1"),
                    Map.entry("header_get", "1"),
                    Map.entry("headers_get_all", "1"),
                    Map.entry("body_read", "1"));

    /** Those that succeed without a look at a pointer. */
    private static final Set<String> WITHOUT_POINTERS =
            Set.of("sched_yield", "fd_fdstat_set_flags", "fd_close");

    /** They need a file, a folder or a socket, and there is none. */
    private static final List<String> WITHOUT_OBJECT =
            List.of(
                    "fd_advise",
                    "fd_allocate",
                    "fd_datasync",
                    "fd_fdstat_set_rights",
                    "fd_filestat_set_size",
                    "fd_filestat_set_times",
                    "fd_pread",
                    "fd_prestat_get",
                    "fd_prestat_dir_name",
                    "fd_pwrite",
                    "fd_readdir",
                    "fd_renumber",
                    "fd_sync",
                    "path_create_directory",
                    "path_filestat_get",
                    "path_filestat_set_times",
                    "path_link",
                    "path_open",
                    "path_readlink",
                    "path_remove_directory",
                    "path_rename",
                    "path_symlink",
                    "path_unlink_file",
                    "sock_accept",
                    "sock_recv",
                    "sock_send",
                    "sock_shutdown");

    private static final long[] FIRSTS = {0, 1, 2, 3, 4_096, -1};
    private static final long[] OTHERS = {
        0, 1, 8, PAGE - 8, PAGE - 1, PAGE, Integer.MAX_VALUE, Integer.MIN_VALUE, -8, -1
    };

    private static WasmFixture fixture;
    private static CallingModule module;
    private static Blueprint function;

    @BeforeAll
    static void start(@TempDir Path folder) throws IOException {
        fixture = WasmFixture.inServer(folder);
        var names = new ArrayList<>(WITHOUT_OBJECT);
        names.addAll(ANSWERS.keySet());
        names.add("proc_exit");
        module = CallingModule.of(names);
        Path code = Files.createDirectory(folder.resolve("code"));
        Files.write(code.resolve("main.wasm"), module.bytes());
        function = WasmFixture.blueprint("hostile", code, 30_000);
    }

    @AfterAll
    static void stop() {
        fixture.close();
    }

    /** The number that a function answered, or what ended the program. */
    private static String answer(String name, long... arguments) {
        return answerAfter(0, name, arguments);
    }

    /** The same, with eight bytes of the program's own at address 0. */
    private static String answerAfter(long atZero, String name, long... arguments) {
        String said = text(fixture.call(function, module.event(name, atZero, arguments)));
        return said.contains("trap: out of bounds memory access") ? "trap" : said;
    }

    private static long[] arguments(String name, long first, long others) {
        long[] arguments = new long[module.parameters(name)];
        java.util.Arrays.fill(arguments, others);
        if (arguments.length > 0) {
            arguments[0] = first;
        }
        return arguments;
    }

    @Test
    void thereIsNoFileNoFolderAndNoSocket() {
        var reached = new TreeMap<String, String>();
        for (String name : WITHOUT_OBJECT) {
            for (long first : FIRSTS) {
                for (long others : OTHERS) {
                    String answer = answer(name, arguments(name, first, others));
                    if (!answer.equals(Long.toString(BAD_DESCRIPTOR))) {
                        reached.put(name + " " + first + " " + others, answer);
                    }
                }
            }
        }
        assertEquals(Map.of(), reached);
    }

    @Test
    void nothingIsReadOrWrittenOutsideTheMemory() {
        var reached = new TreeMap<String, String>();
        ANSWERS.forEach(
                (name, allowed) -> {
                    for (long first : FIRSTS) {
                        for (long others : OTHERS) {
                            String answer = answer(name, arguments(name, first, others));
                            if (!answer.matches(allowed)
                                    || (answer.equals("0") && leadsOut(name, first, others))) {
                                reached.put(name + " " + first + " " + others, answer);
                            }
                        }
                    }
                });
        assertEquals(Map.of(), reached);
    }

    /** Whether a call that succeeded must have used what is not in memory. */
    private static boolean leadsOut(String name, long first, long others) {
        if (WITHOUT_POINTERS.contains(name)) {
            return false;
        }
        boolean inside = others >= 0 && others < PAGE;
        boolean fills = name.equals("random_get") && first >= 0 && first + others <= PAGE;
        return !inside && !fills;
    }

    @ParameterizedTest
    @CsvSource({
        "fd_write, 1, 65000, 2147483647",
        "fd_write, 2, 65000, 2147483647",
        "fd_write, 1, 65536, 1",
        "fd_write, 2, -1, -1",
        "fd_read, 0, 65000, 2147483647",
        "fd_read, 0, -1, -1",
    })
    void vectorsThatLeadOutOfMemoryTrap(String name, int descriptor, long pointer, long length) {
        long vector = (length << Integer.SIZE) | (pointer & 0xFFFF_FFFFL);

        assertEquals("trap", answerAfter(vector, name, descriptor, 0, 1, 8));
    }

    @Test
    void memoryGrowsToItsLimitAndNoFurther() {
        assertEquals("2048", text(fixture.call(function, module.growing())));
    }

    @ParameterizedTest
    @CsvSource({"0, ''", "1, 1", "-1, -1", "2147483647, 2147483647"})
    void anyExitCodeEndsTheProgramAlone(long code, String status) {
        String said = answer("proc_exit", code);

        assertTrue(said.isEmpty() || said.contains("exit status " + status), said);
        assertEquals("0", answer("sched_yield"));
    }
}
