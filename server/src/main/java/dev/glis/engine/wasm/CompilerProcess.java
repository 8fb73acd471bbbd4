package dev.glis.engine.wasm;

import dev.glis.base.Limits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Runs the {@link ModuleCompiler} in a Java process of its own. Calls block. */
final class CompilerProcess {
    private static final int MOST_REASON_BYTES = 4096;

    private final Path scratch;
    private final Semaphore places = new Semaphore(Limits.WASM_COMPILERS.intValue(), true);

    /**
     * Compiles, with a folder for what it leaves on the way.
     *
     * @param scratch exists
     */
    CompilerProcess(Path scratch) {
        this.scratch = scratch;
    }

    /**
     * Compiles a module into a file.
     *
     * @throws Refusal when the module cannot be run
     * @throws IOException when the compiler cannot be run
     */
    void compile(Path module, Path result) throws Refusal, IOException {
        try {
            if (!places.tryAcquire(Limits.WASM_COMPILE_MS.value(), TimeUnit.MILLISECONDS)) {
                throw new IOException("Too many modules are being compiled; try again later");
            }
            try {
                run(module, result);
            } finally {
                places.release();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while a module was compiled", e);
        }
    }

    private void run(Path module, Path result) throws Refusal, IOException, InterruptedException {
        Path said = Files.createTempFile(scratch, "compiler-", ".txt");
        Process process = start(module, result, said);
        try {
            boolean ended = process.waitFor(Limits.WASM_COMPILE_MS.value(), TimeUnit.MILLISECONDS);
            if (!ended) {
                throw new Refusal(
                        "compiling it takes longer than "
                                + Limits.WASM_COMPILE_MS.value() / 1000
                                + " seconds");
            }
            judge(process.exitValue(), text(said));
        } finally {
            process.destroyForcibly().waitFor();
            Files.deleteIfExists(said);
        }
    }

    private static Process start(Path module, Path result, Path said) throws IOException {
        var builder =
                new ProcessBuilder(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx" + Limits.WASM_COMPILER_MB.value() + "m",
                                "-Xss4m",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+ExitOnOutOfMemoryError",
                                "-Xlog:disable",
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                ModuleCompiler.class.getName(),
                                module.toString(),
                                result.toString()));
        builder.environment().clear();
        return builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
    }

    private static void judge(int status, String said) throws Refusal, IOException {
        switch (status) {
            case ModuleCompiler.DONE -> {}
            case ModuleCompiler.REFUSED -> throw new Refusal(said);
            default -> {
                if (said.contains("OutOfMemoryError")) {
                    throw new Refusal(
                            "compiling it takes more than "
                                    + Limits.WASM_COMPILER_MB.value()
                                    + " MB of memory");
                }
                throw new IOException("The compiler ended with status " + status + ": " + said);
            }
        }
    }

    private static String text(Path said) throws IOException {
        try (var in = Files.newInputStream(said)) {
            return new String(in.readNBytes(MOST_REASON_BYTES), StandardCharsets.UTF_8).strip();
        }
    }
}
