package dev.glis.engine.wasm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.base.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * What compiling a module gives, and its form on disk: a zip file of the classes, the module's
 * {@link Skeleton} and the facts. Written by the compiler's process, read by the server.
 *
 * @param classes by name, with dots
 * @param warnings for who deploys the module
 */
record CompiledFile(
        String mainClass,
        boolean canBeReset,
        List<String> warnings,
        byte[] skeleton,
        Map<String, byte[]> classes) {
    private static final String FACTS = "facts.json";
    private static final String SKELETON = "skeleton.wasm";
    private static final String CLASS = ".class";

    long classBytes() {
        return classes.values().stream().mapToLong(bytes -> bytes.length).sum();
    }

    void write(Path file) throws IOException {
        try (OutputStream out = Files.newOutputStream(file);
                var zip = new ZipOutputStream(out)) {
            zip.setLevel(1);
            put(zip, FACTS, Json.bytes(facts()));
            put(zip, SKELETON, skeleton);
            for (Map.Entry<String, byte[]> each : classes.entrySet()) {
                put(zip, each.getKey() + CLASS, each.getValue());
            }
        }
    }

    private ObjectNode facts() {
        ObjectNode facts = Json.object();
        facts.put("mainClass", mainClass);
        facts.put("canBeReset", canBeReset);
        ArrayNode list = facts.putArray("warnings");
        warnings.forEach(list::add);
        return facts;
    }

    private static void put(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(bytes);
        zip.closeEntry();
    }

    static CompiledFile read(Path file) throws IOException {
        var entries = new HashMap<String, byte[]>();
        try (var zip = new ZipFile(file.toFile())) {
            for (var list = zip.entries(); list.hasMoreElements(); ) {
                ZipEntry entry = list.nextElement();
                entries.put(entry.getName(), zip.getInputStream(entry).readAllBytes());
            }
        }
        byte[] facts = entries.remove(FACTS);
        byte[] skeleton = entries.remove(SKELETON);
        if (facts == null || skeleton == null) {
            throw new IOException(file + " is not what compiling a module gives");
        }
        return of(Json.parse(facts), skeleton, entries);
    }

    private static CompiledFile of(JsonNode facts, byte[] skeleton, Map<String, byte[]> entries) {
        var classes = new HashMap<String, byte[]>();
        entries.forEach(
                (name, bytes) ->
                        classes.put(name.substring(0, name.length() - CLASS.length()), bytes));
        var warnings = new ArrayList<String>();
        facts.path("warnings").forEach(warning -> warnings.add(warning.asText()));
        return new CompiledFile(
                facts.path("mainClass").asText(),
                facts.path("canBeReset").asBoolean(),
                warnings,
                skeleton,
                classes);
    }
}
