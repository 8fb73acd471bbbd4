package dev.glis.apis.openapi;

import com.fasterxml.jackson.core.JsonPointer;
import java.util.Arrays;
import java.util.List;

/** JSON pointers as texts (RFC 6901). */
public final class Pointers {
    private Pointers() {}

    /** To a member of what a pointer leads to. */
    public static String append(String pointer, String name) {
        return pointer + "/" + name.replace("~", "~0").replace("/", "~1");
    }

    /** To an item of what a pointer leads to. */
    public static String append(String pointer, int index) {
        return pointer + "/" + index;
    }

    /** To what holds the thing that a pointer leads to; the document itself is held by nothing. */
    public static String parent(String pointer) {
        return pointer.substring(0, Math.max(0, pointer.lastIndexOf('/')));
    }

    /** The last name. */
    public static String last(String pointer) {
        List<String> names = names(pointer);
        return names.isEmpty() ? "" : names.getLast();
    }

    /** The names that a pointer follows from the root. */
    public static List<String> names(String pointer) {
        if (pointer.isEmpty()) {
            return List.of();
        }
        return Arrays.stream(pointer.substring(1).split("/", -1))
                .map(name -> name.replace("~1", "/").replace("~0", "~"))
                .toList();
    }

    static JsonPointer compiled(String pointer) {
        return JsonPointer.compile(pointer);
    }
}
