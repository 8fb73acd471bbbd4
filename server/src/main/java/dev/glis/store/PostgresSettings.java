package dev.glis.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The settings of the embedded PostgreSQL: durable first, small second. They are written anew at
 * each start, so a new version of Glis brings its own.
 */
final class PostgresSettings {
    private static final String SERVER =
            """
            listen_addresses = ''
            unix_socket_permissions = 0700
            max_connections = 40
            # An acknowledged commit is on disk.
            fsync = on
            full_page_writes = on
            synchronous_commit = on
            # Small: few buffers, no workers beside the ones PostgreSQL cannot do without.
            shared_buffers = 32MB
            work_mem = 4MB
            maintenance_work_mem = 32MB
            huge_pages = off
            io_method = sync
            max_worker_processes = 0
            max_parallel_workers = 0
            max_logical_replication_workers = 0
            max_wal_senders = 0
            wal_level = minimal
            wal_buffers = 1MB
            min_wal_size = 32MB
            max_wal_size = 256MB
            autovacuum_max_workers = 1
            autovacuum_worker_slots = 1
            jit = off
            # The restart after a crash flushes the file system once, not a thousand files.
            recovery_init_sync_method = syncfs
            # Its log goes to our own; failed statements are reported by whoever sent them.
            log_min_messages = log
            log_checkpoints = off
            log_line_prefix = ''
            timezone = 'UTC'
            log_timezone = 'UTC'
            """;

    private PostgresSettings() {}

    static List<String> initdb(PostgresLauncher launcher, Path data) {
        return List.of(
                "--pgdata=" + launcher.insideData(data),
                "--username=" + EmbeddedPostgres.USER,
                "--auth=peer",
                "--wal-segsize=4",
                "--encoding=UTF8",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--locale=C",
                "--no-instructions",
                "--no-sync");
    }

    static List<String> postgres(PostgresLauncher launcher, Path data) {
        return List.of(
                "-D",
                launcher.insideData(data).toString(),
                "-c",
                "config_file=" + launcher.insideStage().resolve("postgresql.conf"));
    }

    /** Writes the settings; only the user that runs this process may connect, and no other. */
    static void write(PostgresLauncher launcher, EmbeddedPostgres.Tuning tuning)
            throws IOException {
        Path inside = launcher.insideStage();
        Path stage = launcher.stage();
        Files.writeString(
                stage.resolve("postgresql.conf"),
                SERVER
                        + "port = "
                        + tuning.port()
                        + "\n"
                        + setting("unix_socket_directories", launcher.insideSocketFolder())
                        + setting("hba_file", inside.resolve("pg_hba.conf"))
                        + setting("ident_file", inside.resolve("pg_ident.conf"))
                        + lines(tuning.settings()));
        Files.writeString(
                stage.resolve("pg_hba.conf"),
                "local all all peer map=glis\n" + lines(tuning.access()));
        Files.writeString(
                stage.resolve("pg_ident.conf"),
                "glis \"" + launcher.connectingUser() + "\" " + EmbeddedPostgres.USER + "\n");
    }

    private static String setting(String name, Path path) {
        return name + " = '" + path.toString().replace("'", "''") + "'\n";
    }

    private static String lines(List<String> lines) {
        return lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
    }
}
