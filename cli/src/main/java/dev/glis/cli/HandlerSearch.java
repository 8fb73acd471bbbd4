package dev.glis.cli;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.reflect.AccessFlag;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Finds the handler among compiled classes: a class that implements one of Lambda's interfaces,
 * else one with a public method that is called as handlers usually are.
 */
final class HandlerSearch {
    private static final Set<String> INTERFACES =
            Set.of(
                    "com/amazonaws/services/lambda/runtime/RequestHandler",
                    "com/amazonaws/services/lambda/runtime/RequestStreamHandler");
    private static final List<String> METHODS = List.of("handleRequest", "handler");

    private final TreeSet<String> implementing = new TreeSet<>();
    private final TreeSet<String> named = new TreeSet<>();

    HandlerSearch addJar(Path jar) throws IOException {
        try (var zip = new ZipFile(jar.toFile())) {
            Enumeration<? extends ZipEntry> entries = zip.entries();
            while (entries.hasMoreElements()) {
                ZipEntry entry = entries.nextElement();
                if (isOwnClass(entry.getName())) {
                    add(zip.getInputStream(entry).readAllBytes());
                }
            }
        }
        return this;
    }

    HandlerSearch addFolder(Path folder) throws IOException {
        try (Stream<Path> walk = Files.walk(folder)) {
            for (Path file : walk.filter(path -> isOwnClass(path.toString())).toList()) {
                add(Files.readAllBytes(file));
            }
        }
        return this;
    }

    /** The only handler. */
    String find(String place) {
        var found = implementing.isEmpty() ? named : implementing;
        if (found.size() == 1) {
            return found.first();
        }
        throw new Failure(
                found.isEmpty()
                        ? place
                                + " has no class that implements RequestHandler or RequestStreamHandler, and"
                                + " none with a public method handleRequest or handler; name it with"
                                + " --handler package.Class::method"
                        : place
                                + " has several handlers: "
                                + String.join(", ", found)
                                + "; choose one with --handler");
    }

    private static boolean isOwnClass(String name) {
        return name.endsWith(".class")
                && !name.startsWith("META-INF/")
                && !name.endsWith("module-info.class")
                && !name.startsWith("com/amazonaws/");
    }

    private void add(byte[] classFile) {
        ClassModel model = ClassFile.of().parse(classFile);
        if (model.flags().has(AccessFlag.ABSTRACT) || model.flags().has(AccessFlag.INTERFACE)) {
            return;
        }
        String name = model.thisClass().asInternalName().replace('/', '.');
        boolean implementsOne =
                model.interfaces().stream()
                        .anyMatch(each -> INTERFACES.contains(each.asInternalName()));
        if (implementsOne) {
            implementing.add(name + "::handleRequest");
            return;
        }
        for (String method : METHODS) {
            if (model.methods().stream().anyMatch(each -> isPublic(each, method))) {
                named.add(name + "::" + method);
                return;
            }
        }
    }

    private static boolean isPublic(MethodModel method, String name) {
        return method.methodName().equalsString(name) && method.flags().has(AccessFlag.PUBLIC);
    }
}
