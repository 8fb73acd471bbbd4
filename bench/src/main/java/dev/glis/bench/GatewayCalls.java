package dev.glis.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The API gateway in front of an HTTP server, with client secrets, a plan with rate and quota,
 * usage and response log, beside nginx in front of the same server; then with many routes and
 * clients.
 */
final class GatewayCalls {
    private static final String API = "bench-gateway";
    private static final String PLAN = "bench-plan";
    private static final String FIRST_CLIENT = "bench-client-0";
    private static final int AT_ONCE = 16;

    private final Target target;
    private final Options options;
    private final Figures figures;
    private final ObjectMapper json = new ObjectMapper();

    GatewayCalls(Target target, Options options, Figures figures) {
        this.target = target;
        this.options = options;
        this.figures = figures;
    }

    /** A client's right to call. */
    private record Client(String clientId, String secret) {}

    void measure() throws IOException, InterruptedException {
        Path program = options.nginx();
        if (program == null) {
            figures.note("gateway", "all", "not measured: --nginx names no program");
            return;
        }
        try (var nginx = Nginx.start(program, options.backendPort())) {
            begin();
            Client client = client(0);
            deploy();
            List<Load.Subject> peers = List.of(nginx.backend(), nginx.proxy());
            Load.Subject one = subject("gateway", List.of(request("/pets/7", client)));
            Load.Subject fixed = subject("gateway, fixed", List.of(request("/fixed", client)));
            measure(peers);
            measure(List.of(one, fixed));
            if (options.many() > 0) {
                Load.Subject many = subject(options.many() + " of each", makeMany());
                measure(List.of(one, many));
                measure(peers);
            }
            remove();
        }
    }

    private void measure(List<Load.Subject> subjects) throws IOException {
        for (Load.Subject subject : subjects) {
            figures.latencies("gateway", subject.name(), Load.latencies(subject), "1 connection");
            figures.throughput(
                    "gateway",
                    subject.name(),
                    Load.throughput(subject),
                    Load.CONNECTIONS + " connections");
        }
    }

    /** The API with what does not depend on how many there are. */
    private void begin() throws IOException, InterruptedException {
        remove();
        call("POST", "/_glis/apis", "{'name':'" + API + "','settings':{'access':'client-secret'}}");
        call(
                "POST",
                "/_glis/plans",
                "{'name':'"
                        + PLAN
                        + "','limits':{'rate':{'perSecond':1000000,'burst':1000000},"
                        + "'quota':{'requests':1000000000,'period':'month'}}}");
        putRoute("GET /pets/{id}", backend("pets"));
        putRoute("GET /fixed", "{'mock':{'status':200,'body':'hello'}}");
    }

    private void remove() throws IOException, InterruptedException {
        String path = "/_glis/apis/" + API;
        for (JsonNode each : read("/_glis/apis").path("apis")) {
            if (each.path("name").asText().equals(API)) {
                call("DELETE", path, "");
            }
        }
        for (JsonNode each : read("/_glis/applications").path("applications")) {
            if (each.path("name").asText().startsWith("bench-client-")) {
                call("DELETE", "/_glis/applications/" + each.path("name").asText(), "");
            }
        }
        for (JsonNode each : read("/_glis/plans").path("plans")) {
            if (each.path("name").asText().equals(PLAN)) {
                call("DELETE", "/_glis/plans/" + PLAN, "");
            }
        }
    }

    private String backend(String path) {
        return "{'http':'http://127.0.0.1:" + options.backendPort() + "/" + path + "/{id}'}";
    }

    private void putRoute(String route, String backend) throws IOException, InterruptedException {
        call(
                "PUT",
                "/_glis/apis/" + API + "/routes",
                "{'route':'" + route + "','backend':" + backend + "}");
    }

    private Client client(int number) throws IOException, InterruptedException {
        String name = FIRST_CLIENT.replace("0", "" + number);
        JsonNode made = call("POST", "/_glis/applications", "{'name':'" + name + "'}");
        call(
                "POST",
                "/_glis/subscriptions",
                "{'application':'" + name + "','api':'" + API + "','plan':'" + PLAN + "'}");
        return new Client(made.path("clientId").asText(), made.path("secret").asText());
    }

    private void deploy() throws IOException, InterruptedException {
        call("POST", "/_glis/apis/" + API + "/deployments", "{}");
    }

    /** Adds routes and clients, and returns a request of each client to each route. */
    private List<byte[]> makeMany() throws IOException, InterruptedException {
        List<Future<byte[]>> made = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
            for (int i = 1; i <= options.many(); i++) {
                int number = i;
                made.add(
                        threads.submit(
                                () -> {
                                    putRoute("GET /r" + number + "/{id}", backend("r" + number));
                                    return request("/r" + number + "/7", client(number));
                                }));
            }
        }
        deploy();
        var requests = new ArrayList<byte[]>();
        for (Future<byte[]> each : made) {
            try {
                requests.add(each.get());
            } catch (ExecutionException e) {
                throw new IOException("A route or a client could not be made", e);
            }
        }
        return requests;
    }

    private Load.Subject subject(String name, List<byte[]> requests) {
        return new Load.Subject(name, target.gateway(), requests);
    }

    private byte[] request(String path, Client client) {
        URI gateway = target.gateway();
        return ("GET "
                        + path
                        + " HTTP/1.1\r\nHost: "
                        + API
                        + ".localhost:"
                        + gateway.getPort()
                        + "\r\nX-Client-Id: "
                        + client.clientId
                        + "\r\nX-Client-Secret: "
                        + client.secret
                        + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    private JsonNode read(String path) throws IOException, InterruptedException {
        return call("GET", path, "");
    }

    /** Calls the server's own API with JSON, in which single quotes stand for double ones. */
    private JsonNode call(String method, String path, String text)
            throws IOException, InterruptedException {
        byte[] body = text.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        return json.readTree(target.call(method, path, body));
    }
}
