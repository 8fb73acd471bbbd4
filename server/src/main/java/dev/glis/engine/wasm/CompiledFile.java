package dev.glis.engine.wasm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What compiling a module gives, and its form on disk: the facts, the module's {@link Skeleton},
 * and the classes. Written by the compiler's process, read by whoever runs the module.
 *
 * @param initialPages of its memory
 * @param classes by name, with dots
 * @param warnings for who deploys the module
 */
record CompiledFile(
        String mainClass,
        boolean canBeReset,
        int initialPages,
        List<String> warnings,
        byte[] skeleton,
        Map<String, byte[]> classes) {
    private static final int EXPECTED_BYTES = 256 * 1024;

    long classBytes() {
        return classes.values().stream().mapToLong(bytes -> bytes.length).sum();
    }

    void write(Path file) throws IOException {
        var fields = new FieldWriter(EXPECTED_BYTES);
        fields.text(mainClass).flag(canBeReset).number(initialPages).texts(warnings);
        fields.bytes(skeleton).number(classes.size());
        classes.forEach((name, bytes) -> fields.text(name).bytes(bytes));
        Files.write(file, fields.toBytes());
    }

    static CompiledFile read(Path file) throws IOException {
        try {
            return read(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new IOException(file + " is not what compiling a module gives: " + e, e);
        }
    }

    /** Of the content of a file. */
    static CompiledFile read(byte[] content) throws IOException {
        var fields = new FieldReader(content);
        String mainClass = fields.text();
        boolean canBeReset = fields.flag();
        int initialPages = fields.number();
        List<String> warnings = fields.texts();
        byte[] skeleton = fields.bytes();
        var classes = new HashMap<String, byte[]>();
        for (int i = fields.number(); i > 0; i--) {
            classes.put(fields.text(), fields.bytes());
        }
        fields.end();
        return new CompiledFile(mainClass, canBeReset, initialPages, warnings, skeleton, classes);
    }
}
