package dev.glis.guest;

import com.amazonaws.services.lambda.runtime.Context;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A start whose only purpose is that the JVM sees what starts are made of, and writes a cache of it
 * when it ends. The function is loaded and initialised, but its handler is not called: one of our
 * own answers a single invocation in its place, so that what is behind the handler is in the cache
 * too. Then the program ends, in the orderly way that writing the cache needs.
 */
public final class Rehearsal {
    private static final String PROPERTY = "dev.glis.rehearsal";

    private Rehearsal() {}

    /** Whether this start is one. */
    static boolean isWanted() {
        return System.getProperty(PROPERTY) != null;
    }

    /** Whether there is no function, and the runtime alone is wanted in the cache. */
    static boolean isOfRuntimeAlone() {
        return "runtime".equals(System.getProperty(PROPERTY));
    }

    /** Whether it is that of a start which waits for its function. */
    static boolean isOfStem() {
        return "stem".equals(System.getProperty(PROPERTY));
    }

    static Handler handler() {
        try {
            return MethodHandlers.of(Rehearsal.class, "answer");
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("The runtime's own handler is broken", e);
        }
    }

    /** The handler of the runtime alone. */
    public static Map<String, Object> answer(Map<String, Object> event, @Nullable Context context) {
        var answer = new HashMap<String, Object>(event);
        if (context != null) {
            answer.put("id", context.getAwsRequestId());
            answer.put("number", context.getRemainingTimeInMillis());
        }
        return answer;
    }
}
