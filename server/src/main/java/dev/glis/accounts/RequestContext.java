package dev.glis.accounts;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a policy is asked about: who wants to do what, to which resource, and the values of the
 * condition keys, whose names are compared without case.
 */
record RequestContext(Caller caller, String action, String resource, Keys keys) {
    /** Who calls, as Principal elements see it. */
    sealed interface Caller {
        /** Somebody with a key of this cloud. */
        record Known(Principal principal) implements Caller {}

        /** A service such as {@code s3.amazonaws.com}. */
        record Service(String name) implements Caller {}

        /** Anybody. */
        record Anonymous() implements Caller {}
    }

    /** The values of condition keys, made when a policy asks for them. */
    interface Keys {
        @Nullable String value(String lowerCaseName);
    }

    /** A context whose keys may be written in any case. */
    static RequestContext of(
            Caller caller, String action, String resource, Map<String, String> given) {
        var keys = new HashMap<String, String>();
        given.forEach((key, value) -> keys.put(key.toLowerCase(Locale.ROOT), value));
        return new RequestContext(caller, action, resource, keys::get);
    }

    @Nullable String value(String key) {
        return keys.value(key.toLowerCase(Locale.ROOT));
    }
}
