package dev.glis.wire.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.base.Clock;
import dev.glis.base.Json;
import dev.glis.engine.Engine;
import dev.glis.engine.Runtimes;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What runs: this server, and the instances of the caller's functions. */
final class StatusPages {
    private final ServerFacts server;
    private final Engine engine;
    private final Runtimes runtimes;
    private final Rights rights;
    private final Clock clock;

    StatusPages(ServerFacts server, Engine engine, Runtimes runtimes, Rights rights, Clock clock) {
        this.server = server;
        this.engine = engine;
        this.runtimes = runtimes;
        this.rights = rights;
        this.clock = clock;
    }

    List<Page> pages() {
        return List.of(new Page("GET", "/_glis/status", 200, this::status));
    }

    private JsonNode status(AdminRequest request) {
        rights.require(request, "glis:GetStatus", "*");
        var status = Json.object();
        status.put("version", server.version());
        status.put("pid", ProcessHandle.current().pid());
        status.put("started", server.started().toString());
        status.put("uptimeMs", Duration.between(server.started(), clock.instant()).toMillis());
        status.put("region", server.region());
        status.put("endpoint", server.endpoint());
        status.put("gateway", server.gateway());
        status.put("portal", server.portal());
        status.put("accountId", request.principal().accountId());
        status.put("arn", request.principal().arn());
        status.set("runtimes", languages());
        if (rights.isOperator(request)) {
            status.set("memory", memory());
            ObjectNode facts = status.putObject("facts");
            new TreeMap<>(server.facts()).forEach(facts::put);
        }
        String account = request.principal().accountId();
        String function = request.parameter("function");
        status.set("instances", instances(account, function));
        if (function != null) {
            status.set("starts", starts(account, function));
        }
        return status;
    }

    private ArrayNode languages() {
        var names = Json.array();
        runtimes.all().forEach(language -> names.add(language.name()));
        return names;
    }

    private static ObjectNode memory() {
        var memory = Json.object();
        ProcessMemory.byPart().forEach(memory::put);
        return memory;
    }

    /** The account's workloads that have instances, in the order of their names. */
    private ArrayNode instances(String account, @Nullable String function) {
        String prefix = prefix(account);
        var rows = Json.array();
        new TreeMap<>(engine.counts())
                .forEach(
                        (workload, count) -> {
                            int colon = workload.lastIndexOf(':');
                            if (!workload.startsWith(prefix) || colon < prefix.length()) {
                                return;
                            }
                            String name = workload.substring(prefix.length(), colon);
                            if (function == null || function.equals(name)) {
                                row(rows, name, workload.substring(colon + 1), count);
                            }
                        });
        return rows;
    }

    /** How the function's last instances were started, by version, the latest last. */
    private ArrayNode starts(String account, String function) {
        String prefix = prefix(account) + function + ":";
        var rows = Json.array();
        new TreeMap<>(engine.starts())
                .forEach(
                        (workload, starts) -> {
                            if (workload.startsWith(prefix)) {
                                String version = workload.substring(prefix.length());
                                starts.forEach(start -> row(rows, version, start));
                            }
                        });
        return rows;
    }

    private static void row(ArrayNode rows, String version, Engine.InstanceStart start) {
        rows.addObject()
                .put("version", version)
                .put("rung", start.rung().words())
                .put("readyMs", hundredths(start.readyMs()))
                .put("initMs", hundredths(start.initMs()));
    }

    private static double hundredths(double value) {
        return Math.round(value * 100) / 100.0;
    }

    private String prefix(String account) {
        return "arn:aws:lambda:" + server.region() + ":" + account + ":function:";
    }

    private static void row(
            ArrayNode rows, String name, String version, Engine.InstanceCount count) {
        rows.addObject()
                .put("function", name)
                .put("version", version)
                .put("starting", count.starting())
                .put("idle", count.idle())
                .put("busy", count.busy())
                .put("frozen", count.frozen());
    }
}
