package dev.glis.apis.usage;

/** Told of each response. */
public interface Traffic {
    /** Called by any thread; must not block, and costs at most a microsecond or two. */
    void served(Served response);

    /** Tells both of each response, this one first. */
    default Traffic and(Traffic other) {
        return response -> {
            served(response);
            other.served(response);
        };
    }
}
