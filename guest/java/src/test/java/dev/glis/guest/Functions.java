package dev.glis.guest;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Functions for the tests to call. */
public final class Functions {
    public Functions() {}

    public @Nullable Object echo(@Nullable Object event) {
        return event;
    }

    public String greet(Map<String, String> event) {
        return "Hello " + event.get("name");
    }

    public static int increment(int number) {
        if (number < 0) {
            throw new IllegalStateException("negative", new RuntimeException("inner"));
        }
        return number + 1;
    }

    public void copy(InputStream in, OutputStream out) throws IOException {
        in.transferTo(out);
    }

    public void nothing() {}

    public Map<String, Object> describe(Object event, Context context) {
        System.out.println("printed ü");
        context.getLogger().log("two\nlines");
        var members = new LinkedHashMap<String, Object>();
        members.put("id", context.getAwsRequestId());
        members.put("name", context.getFunctionName());
        members.put("memory", context.getMemoryLimitInMB());
        members.put("inTime", context.getRemainingTimeInMillis() > 50_000);
        members.put("custom", context.getClientContext().getCustom());
        members.put("trace", System.getProperty("com.amazonaws.xray.traceHeader"));
        return members;
    }

    /** Java's variables, and some of the process's. */
    public static String environment() throws Throwable {
        var words = new ArrayList<String>(List.of(new TreeMap<>(System.getenv()).toString()));
        for (String name : List.of("OWN", "PATH", "AWS_LAMBDA_RUNTIME_API")) {
            words.add(ofProcess(name));
        }
        return String.join(" ", words);
    }

    private static String ofProcess(String name) throws Throwable {
        Linker linker = Linker.nativeLinker();
        var type = FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.ADDRESS);
        try (var arena = Arena.ofConfined()) {
            var value =
                    (MemorySegment)
                            linker.downcallHandle(
                                            linker.defaultLookup().findOrThrow("getenv"), type)
                                    .invokeExact(arena.allocateFrom(name));
            return value.equals(MemorySegment.NULL)
                    ? "none"
                    : value.reinterpret(1_000).getString(0);
        }
    }

    /** A class that another may extend. */
    public static class Open {
        public Open() {}

        public Map<String, Object> echo(Map<String, Object> event, Context context) {
            return event;
        }
    }

    /** By Lambda's interface. */
    public static final class Maps
            implements RequestHandler<Map<String, Object>, Map<String, Object>> {
        public Maps() {}

        @Override
        public Map<String, Object> handleRequest(Map<String, Object> event, Context context) {
            return event;
        }
    }

    /** What only the serialisation library can read and write. */
    public static final class Order {
        private int count;

        public int getCount() {
            return count;
        }

        public void setCount(int count) {
            this.count = count;
        }
    }

    public Order twice(Order order) {
        order.setCount(order.getCount() * 2);
        return order;
    }

    private abstract static class Base<T> implements RequestHandler<Map<String, Object>, List<T>> {}

    /** By Lambda's interface, its types given through a superclass. */
    public static final class Values extends Base<String> {
        public Values() {}

        @Override
        public List<String> handleRequest(Map<String, Object> event, Context context) {
            return List.of(context.getFunctionVersion(), event.toString());
        }
    }

    /** By Lambda's stream interface. */
    public static final class Streams implements RequestStreamHandler {
        public Streams() {}

        @Override
        public void handleRequest(InputStream in, OutputStream out, Context context)
                throws IOException {
            out.write(in.readAllBytes());
        }
    }

    /** Cannot be made. */
    public static final class Broken {
        public Broken() {
            throw new IllegalStateException("no settings");
        }

        public void run() {}
    }
}
