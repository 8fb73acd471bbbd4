package dev.glis.functions;

import dev.glis.base.Fault;
import dev.glis.base.Limits;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.Inflater;

/**
 * What an archive would become in a folder, decided before a single file is written: every path
 * lies within the folder, no name comes twice, nothing lies below a file or a link, and no link
 * leaves the folder, whichever links its way goes through.
 */
final class CodePlan {
    private static final int TYPE = 0170000;
    private static final int FILE = 0100000;
    private static final int FOLDER = 0040000;
    private static final int LINK = 0120000;
    private static final int LINK_BYTES = 4_096;
    private static final int LINK_STEPS = 40;

    /** What stands at a path. */
    sealed interface Node permits Folder, Plain, Link {}

    /** A folder, named by the archive or implied by a longer path. */
    record Folder() implements Node {}

    /** A file. */
    record Plain(ZipArchive.Entry entry, boolean executable) implements Node {}

    /** A symbolic link. */
    record Link(String target) implements Node {}

    private final Map<String, Node> nodes = new LinkedHashMap<>();

    private CodePlan() {}

    /**
     * Plans a whole archive.
     *
     * @throws Fault INVALID, naming the entry that breaks a rule
     */
    static CodePlan of(ZipArchive archive) {
        var plan = new CodePlan();
        for (ZipArchive.Entry entry : archive.entries()) {
            plan.add(archive, entry);
        }
        plan.checkLinks();
        return plan;
    }

    /** Nodes by path, folders before what is in them. */
    Map<String, Node> nodes() {
        return nodes;
    }

    private void add(ZipArchive archive, ZipArchive.Entry entry) {
        List<String> parts = parts(entry.name());
        int type = entry.mode() == -1 ? 0 : entry.mode() & TYPE;
        boolean folder = entry.name().endsWith("/") || type == FOLDER;
        if (parts.isEmpty()) {
            if (!folder) {
                throw ZipArchive.bad("it has an entry without a name");
            }
            return;
        }
        addParents(parts, entry.name());
        put(String.join("/", parts), node(archive, entry, folder, type), entry.name());
    }

    private static Node node(ZipArchive archive, ZipArchive.Entry entry, boolean folder, int type) {
        if (folder) {
            return new Folder();
        }
        return switch (type) {
            case 0, FILE -> new Plain(entry, entry.mode() == -1 || (entry.mode() & 0111) != 0);
            case LINK -> new Link(target(archive, entry));
            default ->
                    throw ZipArchive.bad(
                            "the entry " + entry.name() + " is neither file, folder nor link");
        };
    }

    private void addParents(List<String> parts, String name) {
        var path = new StringBuilder();
        for (String part : parts.subList(0, parts.size() - 1)) {
            path.append(path.isEmpty() ? "" : "/").append(part);
            put(path.toString(), new Folder(), name);
        }
    }

    private void put(String path, Node node, String name) {
        Node before = nodes.putIfAbsent(path, node);
        if (before != null && !(before instanceof Folder && node instanceof Folder)) {
            throw ZipArchive.bad(
                    node instanceof Folder
                            ? "the entry " + name + " lies below " + path + ", which is no folder"
                            : "the entry " + name + " is there twice");
        }
    }

    private static List<String> parts(String name) {
        if (name.indexOf('\0') >= 0) {
            throw ZipArchive.bad("an entry's name has a zero byte");
        }
        if (name.startsWith("/")) {
            throw ZipArchive.bad("the entry " + name + " is an absolute path");
        }
        if (name.getBytes(StandardCharsets.UTF_8).length > Limits.CODE_PATH_BYTES.value()) {
            throw ZipArchive.bad(
                    "an entry's path is longer than " + Limits.CODE_PATH_BYTES.value() + " bytes");
        }
        var parts = new ArrayList<String>();
        for (String part : name.split("/", -1)) {
            if (part.equals("..")) {
                throw ZipArchive.bad("the entry " + name + " leaves the folder by ..");
            }
            if (part.getBytes(StandardCharsets.UTF_8).length > 255) {
                throw ZipArchive.bad("a part of an entry's path is longer than 255 bytes");
            }
            if (!part.isEmpty() && !part.equals(".")) {
                parts.add(part);
            }
        }
        return parts;
    }

    private static String target(ZipArchive archive, ZipArchive.Entry entry) {
        var inflater = new Inflater(true);
        try (InputStream stream = archive.open(entry, inflater)) {
            byte[] bytes = stream.readNBytes(LINK_BYTES + 1);
            String target = new String(bytes, StandardCharsets.UTF_8);
            if (bytes.length == 0 || bytes.length > LINK_BYTES || target.indexOf('\0') >= 0) {
                throw ZipArchive.bad("the link " + entry.name() + " has no valid target");
            }
            return target;
        } catch (IOException e) {
            throw ZipArchive.bad("the link " + entry.name() + " cannot be inflated");
        } finally {
            inflater.end();
        }
    }

    private void checkLinks() {
        nodes.forEach(
                (path, node) -> {
                    if (node instanceof Link link) {
                        follow(path, link);
                    }
                });
    }

    /** Walks the way a link points, as the kernel would, and refuses it when it leaves. */
    private void follow(String path, Link link) {
        var place = new ArrayList<>(List.of(path.split("/")));
        place.removeLast();
        var ahead = new ArrayList<>(steps(link, path));
        int links = 1;
        while (!ahead.isEmpty()) {
            String step = ahead.removeFirst();
            if (step.equals("..")) {
                if (place.isEmpty()) {
                    throw ZipArchive.bad("the link " + path + " leaves the folder");
                }
                place.removeLast();
                continue;
            }
            place.add(step);
            if (nodes.get(String.join("/", place)) instanceof Link next) {
                if (++links > LINK_STEPS) {
                    throw ZipArchive.bad("the link " + path + " leads through too many links");
                }
                place.removeLast();
                ahead.addAll(0, steps(next, path));
            }
        }
    }

    private static List<String> steps(Link link, String path) {
        if (link.target().startsWith("/")) {
            throw ZipArchive.bad(
                    "the link " + path + " leaves the folder: it points to " + link.target());
        }
        var steps = new ArrayList<String>();
        for (String step : link.target().split("/")) {
            if (!step.isEmpty() && !step.equals(".")) {
                steps.add(step);
            }
        }
        return steps;
    }
}
