package dev.glis.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Starts a Java function.
 *
 * <p>Its code is on the same class path as the bootstrap, behind it, instead of in a class loader
 * of its own: the order is the same as with Lambda (the runtime's classes win, among them those of
 * aws-lambda-java-core that a function may bring along), and the JVM's built-in loader starts
 * sooner and is the only one that prepared caches can serve. The serialisation library is not on
 * it; the bootstrap loads that when a handler's types need it.
 */
final class JavaCommand {
    /** The folder with the function's own classes and resources. */
    static final String TASK = "/var/task";

    /** The part of the class path that all functions have in common, and first. */
    static final List<String> RUNTIME =
            List.of("/var/runtime/glis-guest.jar", "/var/runtime/aws-lambda-java-core.jar");

    private static final int MB_FOR_ONE_PROCESSOR = 1_769;
    private static final int LEAST_HEAP_MB = 32;

    /** From here on a program can change the variables that others inherit from it. */
    static final int FIRST_WITH_STEM = 22;

    private static final List<String> OPENED =
            List.of(
                    "--enable-native-access=ALL-UNNAMED",
                    "--add-opens=java.base/java.lang=ALL-UNNAMED",
                    "--add-opens=java.base/jdk.internal.loader=ALL-UNNAMED");

    private JavaCommand() {}

    static List<String> line(String program, Blueprint blueprint) {
        return line(program, blueprint, List.of(), classPath(blueprint, List.of(TASK)));
    }

    /**
     * Starts the runtime alone, which is told the class path once it has a function. The two
     * packages are opened for that, see {@code Stem} of the guest.
     */
    static List<String> stemLine(String program, Blueprint blueprint) {
        return line(program, blueprint, OPENED, RUNTIME);
    }

    static String classPath(Blueprint blueprint) {
        return String.join(":", classPath(blueprint, List.of(TASK)));
    }

    /**
     * The JVM sees neither the sandbox's memory nor its share of the processors, so both are told.
     * The first compiler alone and the serial collector start soonest and take least memory.
     */
    static List<String> line(
            String program, Blueprint blueprint, List<String> options, List<String> classPath) {
        int memoryMb = blueprint.memoryMb();
        var line = new ArrayList<String>();
        line.add(program);
        line.add("-XX:TieredStopAtLevel=1");
        line.add("-XX:+UseSerialGC");
        line.add("-XX:-UsePerfData");
        line.add("-Xmx" + Math.max(LEAST_HEAP_MB, memoryMb * 85 / 100 - 32) + "m");
        line.add("-XX:ActiveProcessorCount=" + processors(memoryMb));
        line.add("-Dstdout.encoding=UTF-8");
        line.add("-Dstderr.encoding=UTF-8");
        line.addAll(options);
        line.add("-cp");
        line.add(String.join(":", classPath));
        line.add("dev.glis.guest.Bootstrap");
        return line;
    }

    private static int processors(int memoryMb) {
        return Math.max(1, Math.ceilDiv(memoryMb, MB_FOR_ONE_PROCESSOR));
    }

    /**
     * The runtime, the function's own classes, its libraries, and those of its layers.
     *
     * @param own where its own classes and resources are found
     */
    static List<String> classPath(Blueprint blueprint, List<String> own) {
        var entries = new ArrayList<>(RUNTIME);
        entries.addAll(own);
        addJars(entries, blueprint.code(), "/var/task/");
        addJars(entries, blueprint.code().resolve("lib"), "/var/task/lib/");
        for (Path layer : blueprint.layers().reversed()) {
            addJars(entries, layer.resolve("java/lib"), "/opt/java/lib/");
        }
        return entries;
    }

    /** By name, as Lambda does, so that the order does not depend on the file system. */
    private static void addJars(List<String> entries, Path folder, String inside) {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (Stream<Path> files = Files.list(folder)) {
            files.map(file -> inside + file.getFileName())
                    .filter(name -> name.endsWith(".jar") && !entries.contains(name))
                    .sorted()
                    .forEach(entries::add);
        } catch (IOException e) {
            throw new UncheckedIOException("The code cannot be read: " + folder, e);
        }
    }
}
