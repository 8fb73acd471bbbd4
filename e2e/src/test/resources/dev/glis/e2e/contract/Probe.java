import com.amazonaws.services.lambda.runtime.Context;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/** Does what the first word of its event says; any other event is its own answer. */
public class Probe {
    private static final List<byte[]> HELD = new ArrayList<>();
    private static final CyclicBarrier MEETING = new CyclicBarrier(4);
    private final AtomicInteger calls = new AtomicInteger();

    public Probe() {
        if (System.getenv("FAIL_AT_START") != null) {
            throw new Own("no start");
        }
    }

    public Object handle(Object event, Context context) throws Exception {
        calls.incrementAndGet();
        String[] words = event instanceof String text ? text.split(" ") : new String[] {""};
        int number = words.length > 1 ? Integer.parseInt(words[1]) : 0;
        return switch (words[0]) {
            case "calls" -> calls.get();
            case "fail" -> throw new Own("my fault");
            case "exit" -> {
                Runtime.getRuntime().halt(number);
                yield null;
            }
            case "loop" -> {
                while (true) {
                    Thread.onSpinWait();
                }
            }
            case "sleep" -> {
                Thread.sleep(number);
                yield "slept";
            }
            case "fill" -> {
                for (int i = 0; i < number; i++) {
                    HELD.add(new byte[1 << 20]);
                }
                yield "filled";
            }
            case "big" -> "x".repeat(number << 10);
            case "log" -> log(number);
            case "environment" ->
                    System.getenv().entrySet().stream()
                            .map(each -> each.getKey() + "=" + each.getValue() + "\n")
                            .collect(Collectors.joining());
            case "context" -> describe(context);
            case "files" -> Map.of("temporary", canWrite("/tmp/new"), "code", canWrite("new"));
            case "meet" -> {
                MEETING.await();
                yield "met";
            }
            default -> event;
        };
    }

    private static String log(int number) {
        for (int i = 0; i < number; i++) {
            System.out.println("line " + i);
        }
        System.err.println("Fehler: grüße");
        System.out.print("no break");
        return "logged";
    }

    private static Map<String, Object> describe(Context context) {
        var all = new TreeMap<String, Object>();
        all.put("request", context.getAwsRequestId());
        all.put("arn", context.getInvokedFunctionArn());
        all.put("trace", System.getProperty("com.amazonaws.xray.traceHeader"));
        all.put("leftMs", context.getRemainingTimeInMillis());
        if (context.getClientContext() != null) {
            all.put("client", context.getClientContext().getCustom().toString());
        }
        return all;
    }

    private static String canWrite(String file) throws IOException {
        try {
            Files.writeString(Path.of(file), "new");
            return "yes";
        } catch (FileSystemException e) {
            return "Read-only file system".equals(e.getReason()) ? "EROFS" : String.valueOf(e);
        }
    }

    public static class Own extends RuntimeException {
        Own(String message) {
            super(message);
        }
    }
}
