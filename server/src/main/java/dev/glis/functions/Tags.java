package dev.glis.functions;

import dev.glis.base.Fault;
import dev.glis.base.Json;
import dev.glis.base.Limits;
import dev.glis.store.Store;
import dev.glis.store.Transaction;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/** The tags of functions. Calls block. */
public final class Tags {
    private final Store store;

    Tags(Store store) {
        this.store = store;
    }

    public Map<String, String> list(FunctionName name) {
        return store.read(tx -> read(tx, FunctionRows.require(tx, name)));
    }

    /** Adds tags, or gives new values to those there are. */
    public void add(FunctionName name, Map<String, String> added) {
        store.write(
                tx -> {
                    long functionId = FunctionRows.lock(tx, name);
                    var tags = new LinkedHashMap<>(read(tx, functionId));
                    tags.putAll(added);
                    check(tags);
                    return write(tx, functionId, tags);
                });
    }

    /** Removes tags; harmless for those that are not there. */
    public void remove(FunctionName name, Collection<String> keys) {
        store.write(
                tx -> {
                    long functionId = FunctionRows.lock(tx, name);
                    var tags = new LinkedHashMap<>(read(tx, functionId));
                    tags.keySet().removeAll(keys);
                    return write(tx, functionId, tags);
                });
    }

    private static Map<String, String> read(Transaction tx, long functionId) {
        return tx.one(
                row -> ofJson(row.getString(1)),
                "select tags from functions where function_id = ?",
                functionId);
    }

    private static int write(Transaction tx, long functionId, Map<String, String> tags) {
        return tx.update(
                "update functions set tags = ? where function_id = ?",
                new Transaction.Jsonb(toJson(tags)),
                functionId);
    }

    static void check(Map<String, String> tags) {
        if (tags.size() > Limits.FUNCTION_TAGS.value()) {
            throw Fault.invalid(
                    "The number of tags exceeds the limit of "
                            + Limits.FUNCTION_TAGS.value()
                            + " for a function");
        }
        tags.forEach(Tags::check);
    }

    private static void check(String key, String value) {
        if (key.isEmpty() || key.length() > 128 || value.length() > 256) {
            throw Fault.invalid(
                    "The tag '"
                            + key
                            + "' is out of range: a key has 1 to 128 characters, a value at most"
                            + " 256");
        }
        if (key.startsWith("aws:")) {
            throw Fault.invalid("The tag key '" + key + "' begins with aws:, which is reserved");
        }
    }

    static String toJson(Map<String, String> tags) {
        var json = Json.object();
        tags.forEach(json::put);
        return Json.text(json);
    }

    static Map<String, String> ofJson(String text) {
        var tags = new LinkedHashMap<String, String>();
        Json.parse(text)
                .properties()
                .forEach(each -> tags.put(each.getKey(), each.getValue().asText()));
        return tags;
    }
}
