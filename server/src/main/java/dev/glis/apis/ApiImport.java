package dev.glis.apis;

import dev.glis.base.Json;
import dev.glis.store.Transaction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an import did, or would do.
 *
 * @param api the API's name
 * @param isNew whether there was none of that name
 */
public record ApiImport(String api, boolean isNew, List<Change> changes) {
    public ApiImport {
        changes = List.copyOf(changes);
    }

    /** A difference between an API and a document. */
    public sealed interface Change {
        /** What happens: add, change or remove. */
        String verb();

        /** To what. */
        String what();
    }

    /** The settings become others. */
    record Configured() implements Change {
        @Override
        public String verb() {
            return "change";
        }

        @Override
        public String what() {
            return "settings";
        }
    }

    /** What the document says besides becomes something else. */
    record Described() implements Change {
        @Override
        public String verb() {
            return "change";
        }

        @Override
        public String what() {
            return "document";
        }
    }

    /** A route becomes what the document says. */
    record Put(String verb, Route route) implements Change {
        @Override
        public String what() {
            return "route " + route.key();
        }
    }

    /** The document has no such route. */
    record Removed(RouteKey key) implements Change {
        @Override
        public String verb() {
            return "remove";
        }

        @Override
        public String what() {
            return "route " + key;
        }
    }

    /** What makes one the other, which is new if there is nothing before. */
    static List<Change> changes(@Nullable ImportedDocument present, ImportedDocument imported) {
        var changes = new ArrayList<Change>();
        Definition before = present == null ? null : present.definition();
        Definition after = imported.definition();
        Map<RouteKey, Route> routes = new HashMap<>();
        if (before != null) {
            before.routes().forEach(route -> routes.put(route.key(), route));
            if (!DefinitionJson.write(before.settings())
                    .equals(DefinitionJson.write(after.settings()))) {
                changes.add(new Configured());
            }
        }
        for (Route route : after.routes()) {
            Route old = routes.remove(route.key());
            if (old == null) {
                changes.add(new Put("add", route));
            } else if (!DefinitionJson.write(old).equals(DefinitionJson.write(route))) {
                changes.add(new Put("change", route));
            }
        }
        if (present != null
                && !Json.text(present.document()).equals(Json.text(imported.document()))) {
            changes.add(new Described());
        }
        routes.keySet().stream().sorted().forEach(key -> changes.add(new Removed(key)));
        return changes;
    }

    /** Changes the rows of routes; settings are written by themselves. */
    static void apply(Transaction tx, Api api, Change change) {
        switch (change) {
            case Configured ignored -> {}
            case Described ignored -> {}
            case Put put -> ApiTables.putRoute(tx, api, put.route());
            case Removed removed -> ApiTables.deleteRoute(tx, api, removed.key());
        }
    }
}
