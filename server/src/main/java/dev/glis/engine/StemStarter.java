package dev.glis.engine;

import dev.glis.base.Clock;
import dev.glis.base.Limits;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Starts stem cells and makes instances of them. What it starts, and when, is decided by {@link
 * StemCells}. Blocks, so on an executor's threads.
 */
final class StemStarter {
    private static final System.Logger LOG = System.getLogger(StemStarter.class.getName());

    private final Scheduler scheduler;
    private final Optional<StemSandboxes> sandboxes;
    private final Runtimes runtimes;
    private final Caches caches;
    private final String region;
    private final Clock clock;

    StemStarter(
            Scheduler scheduler,
            Optional<StemSandboxes> sandboxes,
            Runtimes runtimes,
            Caches caches,
            String region,
            Clock clock) {
        this.scheduler = scheduler;
        this.sandboxes = sandboxes;
        this.runtimes = runtimes;
        this.caches = caches;
        this.region = region;
        this.clock = clock;
    }

    /** The cells that can serve a function; empty when none can. Does not block. */
    Optional<StemKind> kind(Runtimes.Language language, Blueprint blueprint) {
        if (sandboxes.isEmpty()) {
            return Optional.empty();
        }
        return language.stem(blueprint)
                .map(
                        launch ->
                                new StemKind(
                                        language.name(),
                                        launch,
                                        blueprint.memoryMb(),
                                        blueprint.ephemeralStorageMb(),
                                        blueprint.egress()));
    }

    /** Starts a cell, and tells the scheduler what becomes of it. */
    void start(StemCell cell) {
        try {
            StemSandboxes.Stem stem = sandboxes.orElseThrow().start(spec(cell));
            cell.body(stem);
            var unused =
                    stem.ready()
                            .thenAccept(
                                    waits -> {
                                        if (waits) {
                                            scheduler.cellReady(cell);
                                        }
                                    });
            var ignored = stem.exit().thenAccept(exit -> scheduler.cellEnded(cell));
        } catch (IOException | RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "A stem cell did not start", e);
            scheduler.cellEnded(cell);
        }
    }

    private Sandboxes.Spec spec(StemCell cell) {
        StemKind kind = cell.kind;
        Runtimes.Launch launch =
                runtimes.find(kind.language())
                        .map(language -> caches.ofCell(language, kind.launch()))
                        .orElse(kind.launch());
        return new Sandboxes.Spec(
                cell.id,
                launch.command(),
                launch.environment(),
                launch.mounts(),
                List.<Path>of(),
                kind.memoryMb(),
                CpuShare.of(kind.memoryMb()),
                Limits.INSTANCE_PROCESSES.intValue(),
                kind.ephemeralStorageMb(),
                kind.egress());
    }

    /**
     * Makes the instance of the cell; empty when that fails, and no code has been run then.
     *
     * @param prepared the folder of the function's own cache, if it shall be used
     */
    Optional<Sandbox> specialise(
            StemCell cell,
            Instance instance,
            Runtimes.Language language,
            Optional<Path> prepared,
            Sandbox.Output output) {
        StemSandboxes.Stem stem = cell.body();
        if (stem == null) {
            return Optional.empty();
        }
        try {
            Blueprint blueprint = instance.blueprint;
            byte[] message = message(instance, language);
            return Optional.of(
                    stem.specialise(
                            blueprint.code(), blueprint.layers(), prepared, message, output));
        } catch (IOException | RuntimeException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "Instance " + instance.id + " gets a plain start in place of a stem cell",
                    e);
            stem.kill();
            return Optional.empty();
        }
    }

    /** The argument, then each variable as {@code NAME=value}, all ended by a zero byte. */
    private byte[] message(Instance instance, Runtimes.Language language) throws IOException {
        Runtimes.Launch launch = language.launch(instance.blueprint);
        Map<String, String> environment =
                LambdaEnvironment.of(instance, launch, language.name(), region, clock.instant());
        var message = new ByteArrayOutputStream();
        add(message, language.stemArgument(instance.blueprint));
        new TreeMap<>(environment).forEach((name, value) -> add(message, name + "=" + value));
        if (message.size() > Limits.STEM_MESSAGE_BYTES.value()) {
            throw new IOException("its environment is larger than a cell can be told");
        }
        return message.toByteArray();
    }

    private static void add(ByteArrayOutputStream message, String text) {
        message.writeBytes(text.getBytes(StandardCharsets.UTF_8));
        message.write(0);
    }
}
