import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import java.util.Map;

/** Greets whom the event, or the URL's query, names. */
public class Hello implements RequestHandler<Map<String, Object>, Map<String, String>> {
    @Override
    public Map<String, String> handleRequest(Map<String, Object> event, Context context) {
        String name = nameIn(event);
        System.out.println("Greeting " + name);
        return Map.of("message", "Hello, " + name + "!");
    }

    private static String nameIn(Map<String, Object> event) {
        Object source = event.getOrDefault("queryStringParameters", event);
        Object name = source instanceof Map<?, ?> names ? names.get("name") : null;
        return name == null ? "world" : name.toString();
    }
}
