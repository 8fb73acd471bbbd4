package dev.glis.engine.wasm;

import dev.glis.base.Fault;
import dev.glis.base.Limits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Finds a function's module in its code: the file that the handler names, else the only one. */
final class ModuleFile {
    private static final String SUFFIX = ".wasm";

    private ModuleFile() {}

    /**
     * Of an unpacked package.
     *
     * @throws Fault INVALID when there is none, or several and the handler names none of them
     */
    static Path find(Path code, String handler) {
        for (String name : List.of(handler, handler + SUFFIX)) {
            if (name.endsWith(SUFFIX) && isPlain(name)) {
                Path named = code.resolve(name);
                if (Files.isRegularFile(named, LinkOption.NOFOLLOW_LINKS)) {
                    return checked(named);
                }
            }
        }
        List<Path> modules = modules(code);
        if (modules.size() == 1) {
            return checked(modules.getFirst());
        }
        throw Fault.invalid(
                modules.isEmpty()
                        ? "The package has no file that ends in .wasm at its top"
                        : "The package has several modules, "
                                + modules.stream()
                                        .map(each -> each.getFileName().toString())
                                        .toList()
                                + ", and the handler '"
                                + handler
                                + "' names none of them");
    }

    /** A name without any way out of the folder. */
    private static boolean isPlain(String name) {
        return !name.contains("/") && !name.contains("\0");
    }

    private static List<Path> modules(Path code) {
        try (Stream<Path> files = Files.list(code)) {
            return files.filter(file -> file.getFileName().toString().endsWith(SUFFIX))
                    .filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw Fault.internal("The code cannot be read", e);
        }
    }

    private static Path checked(Path module) {
        try {
            long bytes = Files.size(module);
            if (bytes > Limits.WASM_MODULE_BYTES.value()) {
                throw Fault.invalid(
                        "The module "
                                + module.getFileName()
                                + " has "
                                + bytes
                                + " bytes; the most are "
                                + Limits.WASM_MODULE_BYTES.value());
            }
            return module;
        } catch (IOException e) {
            throw Fault.internal("The code cannot be read", e);
        }
    }
}
