package dev.glis.engine.wasm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.glis.base.Clock;
import dev.glis.base.Fault;
import dev.glis.base.SystemTimers;
import dev.glis.engine.Runtimes;
import dev.glis.engine.testing.FakeWorkshop;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What cannot be run is refused when it is deployed, and told why. */
final class ModuleRefusalsTest {
    /** Magic number and version. */
    private static final String HEAD = "0061736d01000000";

    /** The type () -> (), and one function of it. */
    private static final String FUNCTION = "01040160000003020100";

    private static final String MEMORY = "0503010001";
    private static final String START = "070a01065f73746172740000";
    private static final String CODE = "0a040102000b";
    private static final String OPERATOR = "123456789012";

    @TempDir Path folder;
    private SystemTimers timers;
    private WasmLanguage language;
    private Path code;

    @BeforeEach
    void open() throws IOException {
        timers = new SystemTimers();
        code = Files.createDirectory(folder.resolve("code"));
        language =
                new WasmLanguage(
                        folder.resolve("compiled"),
                        new FakeWorkshop(),
                        Clock.system(),
                        timers,
                        () -> "wasm",
                        OPERATOR::equals);
    }

    @AfterEach
    void close() {
        language.close();
        timers.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "7f454c46 | it is not a WebAssembly module",
                "0061736d0d000100 | components (WASI preview 2) are not supported",
                HEAD + "01 | it is not a valid module",
                HEAD + FUNCTION + MEMORY + CODE + " | it exports no function _start",
                HEAD + FUNCTION + START + CODE + " | it must have one memory of its own",
                HEAD + FUNCTION + "050401030101" + START + CODE + " | threads (shared memory)",
                HEAD + FUNCTION + MEMORY + START + "080100" + CODE + " | a start section",
                HEAD
                        + "010401600000"
                        + "02090103656e760161000003020100"
                        + MEMORY
                        + START
                        + CODE
                        + " | it imports env.a, which this server does not have",
            })
    void refusesModulesThatCannotBeRun(String hex, String reason) throws IOException {
        Files.write(code.resolve("main.wasm"), HexFormat.of().parseHex(hex));

        var fault = assertThrows(Fault.class, () -> language.examine(candidate(OPERATOR, 128)));

        assertEquals("invalid-module", fault.code());
        assertTrue(fault.text().contains(reason), fault.text());
    }

    @Test
    void namesTheFunctionThatUsesSimd() throws IOException {
        copy("simd.wasm");

        var fault = assertThrows(Fault.class, () -> language.examine(candidate(OPERATOR, 128)));

        assertTrue(fault.text().contains("it uses SIMD (v128."), fault.text());
    }

    @Test
    void refusesAModuleThatBeginsWithMoreMemoryThanTheFunctionHas() throws IOException {
        String twoHundredMegabytes = "050401008019";
        Files.write(
                code.resolve("main.wasm"),
                HexFormat.of().parseHex(HEAD + FUNCTION + twoHundredMegabytes + START + CODE));

        var fault = assertThrows(Fault.class, () -> language.examine(candidate(OPERATOR, 128)));

        assertTrue(fault.text().contains("it begins with 200 MB of memory"), fault.text());
    }

    @Test
    void refusesPackagesWithoutOrWithSeveralModules() throws IOException {
        var none = assertThrows(Fault.class, () -> language.examine(candidate(OPERATOR, 128)));
        Files.createFile(code.resolve("a.wasm"));
        Files.createFile(code.resolve("b.wasm"));

        var several = assertThrows(Fault.class, () -> language.examine(candidate(OPERATOR, 128)));

        assertTrue(none.text().contains("no file that ends in .wasm"), none.text());
        assertTrue(several.text().contains("[a.wasm, b.wasm]"), several.text());
    }

    @Test
    void checksModulesOfOtherAccountsWithoutStartingAWorker() throws IOException {
        copy("probe.wasm");
        language.examine(candidate("999999999999", 128));

        var fault = assertThrows(Fault.class, () -> language.examine(candidate("999999999999", 0)));

        assertTrue(fault.text().contains("it begins with 1 MB of memory"), fault.text());
    }

    @Test
    void acceptsACommandAndKeepsItCompiled() throws IOException {
        copy("probe.wasm");

        language.examine(candidate(OPERATOR, 128));

        try (var files = Files.list(folder.resolve("compiled"))) {
            assertEquals(1, files.count());
        }
    }

    private Runtimes.Candidate candidate(String account, int memoryMb) {
        return new Runtimes.Candidate(account, code, "index.handler", memoryMb, 512, false);
    }

    private void copy(String name) throws IOException {
        try (InputStream module = ModuleRefusalsTest.class.getResourceAsStream(name)) {
            if (module == null) {
                throw new IOException(name + " is not among the test resources");
            }
            Files.write(code.resolve(name), module.readAllBytes());
        }
    }
}
