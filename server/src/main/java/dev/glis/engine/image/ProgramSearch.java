package dev.glis.engine.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Finds programs in an image's root from outside, as a process inside would: links are followed as
 * they mean inside, and never lead out of the root.
 */
public final class ProgramSearch {
    private static final int MOST_LINKS = 40;
    private static final int MOST_STEPS = 1_000;

    private final Path root;

    public ProgramSearch(Path root) {
        this.root = root;
    }

    /**
     * Where a program is, as seen inside.
     *
     * @param program a path, or a name to be looked for in the search path
     * @param workingFolder for relative paths
     */
    public Optional<String> find(String program, String searchPath, String workingFolder) {
        if (program.isEmpty()) {
            return Optional.empty();
        }
        if (program.contains("/")) {
            String whole = program.startsWith("/") ? program : workingFolder + "/" + program;
            return Optional.of(whole).filter(this::isProgram);
        }
        return Arrays.stream(searchPath.split(":", MOST_LINKS))
                .map(folder -> folder.startsWith("/") ? folder : workingFolder + "/" + folder)
                .map(folder -> folder + "/" + program)
                .filter(this::isProgram)
                .findFirst();
    }

    /** Whether there is a folder. */
    public boolean isFolder(String inside) {
        try {
            return resolve(inside)
                    .filter(path -> Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))
                    .isPresent();
        } catch (IOException e) {
            return false;
        }
    }

    private boolean isProgram(String inside) {
        try {
            Optional<Path> found = resolve(inside);
            return found.isPresent()
                    && Files.isRegularFile(found.get(), LinkOption.NOFOLLOW_LINKS)
                    && Files.getPosixFilePermissions(found.get(), LinkOption.NOFOLLOW_LINKS)
                            .contains(PosixFilePermission.OTHERS_EXECUTE);
        } catch (IOException | java.nio.file.InvalidPathException e) {
            return false;
        }
    }

    /** The file on this machine, no part of whose path below the root is a link. */
    private Optional<Path> resolve(String inside) throws IOException {
        Deque<String> pending = new ArrayDeque<>(parts(inside));
        Deque<Path> way = new ArrayDeque<>(List.of(root));
        int links = 0;
        for (int steps = 0; !pending.isEmpty(); steps++) {
            if (steps > MOST_STEPS) {
                return Optional.empty();
            }
            String part = pending.pop();
            if (part.equals("..")) {
                if (way.size() > 1) {
                    way.pop();
                }
                continue;
            }
            Path next = way.element().resolve(part);
            if (!Files.exists(next, LinkOption.NOFOLLOW_LINKS)) {
                return Optional.empty();
            }
            if (!Files.isSymbolicLink(next)) {
                way.push(next);
                continue;
            }
            if (++links > MOST_LINKS) {
                return Optional.empty();
            }
            String target = Files.readSymbolicLink(next).toString();
            if (target.startsWith("/")) {
                way.clear();
                way.push(root);
            }
            parts(target).reversed().forEach(pending::push);
        }
        return Optional.of(way.element());
    }

    private static List<String> parts(String path) {
        var parts = new ArrayList<String>();
        for (String part : path.split("/", -1)) {
            if (!part.isEmpty() && !part.equals(".")) {
                parts.add(part);
            }
        }
        return parts;
    }
}
