package dev.glis.cli;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Stops the server in order. */
final class DownCommand extends Command {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Usage.Flag FORCE =
            new Usage.Flag("--force", "", "kill the server if it has not stopped after 30 s");

    DownCommand(Context context) {
        super(context);
    }

    @Override
    Usage usage() {
        return new Usage(
                "down",
                "",
                0,
                0,
                "Stops the cloud. What was deployed stays in the data folder.",
                FORCE);
    }

    @Override
    int run(Arguments arguments) {
        var folder = dataFolder(arguments);
        var server = folder.server();
        var process =
                server.flatMap(found -> ProcessHandle.of(found.pid())).filter(DownCommand::isGlis);
        if (process.isEmpty()) {
            terminal().remark("No server runs for the data folder " + folder.root());
            return 0;
        }
        process.get().destroy();
        await(process.get(), arguments.has(FORCE));
        terminal().remark("Stopped");
        return 0;
    }

    /** Whether a process is ours: a number in a stale file may have gone to another since. */
    private static boolean isGlis(ProcessHandle process) {
        return process.info().commandLine().map(line -> line.contains("glis-server")).orElse(true);
    }

    private void await(ProcessHandle process, boolean force) {
        try {
            process.onExit().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            if (!force) {
                throw new Failure(
                        "The server (process "
                                + process.pid()
                                + ") has not stopped after 30 s; 'glis down --force' kills it",
                        e);
            }
            process.destroyForcibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure("Interrupted while the server stops", e);
        } catch (ExecutionException e) {
            throw new Failure("Waiting for the server's end failed: " + e.getCause(), e);
        }
    }
}
