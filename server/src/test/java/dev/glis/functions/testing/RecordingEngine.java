package dev.glis.functions.testing;

import dev.glis.engine.Blueprint;
import dev.glis.engine.Engine;
import dev.glis.engine.Invocation;
import dev.glis.engine.InvocationListener;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Writes down what the control plane tells the engine; runs nothing. */
public final class RecordingEngine implements Engine {
    private final List<String> told = new CopyOnWriteArrayList<>();
    private final Map<String, Integer> ready = new ConcurrentHashMap<>();

    /** What was told since the last call, as short lines. */
    public List<String> told() {
        List<String> lines = List.copyOf(told);
        told.clear();
        return lines;
    }

    /** Pretends that this many instances are idle. */
    public void setReady(String workload, int instances) {
        ready.put(workload, instances);
    }

    @Override
    public void invoke(Blueprint blueprint, Invocation invocation, InvocationListener listener) {
        throw new UnsupportedOperationException("The control plane invokes nothing");
    }

    @Override
    public void replace(Blueprint blueprint) {
        told.add("replace " + name(blueprint.workload()) + " " + blueprint.handler());
    }

    @Override
    public void retire(String workload) {
        told.add("retire " + name(workload));
    }

    @Override
    public void reserve(String functionArn, String accountId, OptionalInt concurrency) {
        told.add("reserve " + name(functionArn) + " " + concurrency);
    }

    @Override
    public void limitAccount(String accountId, int concurrency) {
        told.add("limit " + accountId + " " + concurrency);
    }

    @Override
    public void provision(Blueprint blueprint, int instances) {
        told.add("provision " + name(blueprint.workload()) + " " + instances);
    }

    @Override
    public InstanceCount count(String workload) {
        return new InstanceCount(0, ready.getOrDefault(workload, 0), 0, 0);
    }

    @Override
    public Map<String, InstanceCount> counts() {
        return Map.of();
    }

    @Override
    public Map<String, List<InstanceStart>> starts() {
        return Map.of();
    }

    private static String name(String arn) {
        return arn.substring(arn.indexOf(":function:") + ":function:".length());
    }
}
