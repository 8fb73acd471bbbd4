package dev.glis.apis.openapi;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where a part of a text begins, and where its own parts do; lines and columns count from 1. */
final class Place {
    private final int line;
    private final int column;
    private @Nullable Map<String, Place> members;
    private @Nullable List<Place> items;

    Place(int line, int column) {
        this.line = line;
        this.column = column;
    }

    int line() {
        return line;
    }

    int column() {
        return column;
    }

    void member(String name, Place place) {
        if (members == null) {
            members = new HashMap<>();
        }
        members.put(name, place);
    }

    void item(Place place) {
        if (items == null) {
            items = new ArrayList<>();
        }
        items.add(place);
    }

    /** The place of what a pointer leads to, or of the last part on the way that is there. */
    Place at(String pointer) {
        Place place = this;
        for (String name : Pointers.names(pointer)) {
            Place next = place.next(name);
            if (next == null) {
                break;
            }
            place = next;
        }
        return place;
    }

    private @Nullable Place next(String name) {
        if (members != null) {
            return members.get(name);
        }
        if (items != null && name.matches("[0-9]{1,9}")) {
            int index = Integer.parseInt(name);
            return index < items.size() ? items.get(index) : null;
        }
        return null;
    }
}
