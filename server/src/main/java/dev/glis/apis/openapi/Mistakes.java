package dev.glis.apis.openapi;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.base.Fault;
import dev.glis.base.Json;
import dev.glis.base.Limits;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/** What is wrong with a document, all of it, by its place in the text. */
public final class Mistakes {
    private final TreeSet<Mistake> all =
            new TreeSet<>(
                    Comparator.comparingInt(Mistake::line)
                            .thenComparingInt(Mistake::column)
                            .thenComparing(Mistake::pointer)
                            .thenComparing(Mistake::message));
    private Place root = new Place(1, 1);

    /** Nothing is wrong yet. */
    public Mistakes() {}

    private record Mistake(int line, int column, String pointer, String message) {}

    /** From now on, places are those of this text. */
    void in(Place document) {
        root = document;
    }

    /** Something is wrong with what a pointer leads to. */
    public void add(String pointer, String message) {
        Place place = root.at(pointer);
        all.add(new Mistake(place.line(), place.column(), pointer, message));
    }

    void add(int line, int column, String message) {
        all.add(new Mistake(line, column, "", message));
    }

    /** The first, with its place. */
    String first() {
        Mistake first = all.first();
        return "line " + first.line() + ", column " + first.column() + ": " + first.message();
    }

    /** How many there are. */
    public int count() {
        return all.size();
    }

    /**
     * Passes if nothing is wrong.
     *
     * @throws Fault INVALID, naming each mistake
     */
    public void requireNone() {
        if (!all.isEmpty()) {
            throw fault();
        }
    }

    private Fault fault() {
        List<Mistake> told = all.stream().limit(Limits.API_DOCUMENT_MISTAKES.value()).toList();
        var message = new StringBuilder();
        message.append("The document has ")
                .append(all.size() == 1 ? "a mistake" : all.size() + " mistakes");
        ObjectNode details = Json.object();
        ArrayNode array = details.putArray("mistakes");
        for (Mistake mistake : told) {
            message.append("\nline ")
                    .append(mistake.line())
                    .append(", column ")
                    .append(mistake.column())
                    .append(": ")
                    .append(mistake.message());
            array.addObject()
                    .put("line", mistake.line())
                    .put("column", mistake.column())
                    .put("at", mistake.pointer())
                    .put("message", mistake.message());
        }
        if (told.size() < all.size()) {
            message.append("\nand ").append(all.size() - told.size()).append(" more");
        }
        return new Fault(Fault.Kind.INVALID, "invalid-document", message.toString()).with(details);
    }
}
