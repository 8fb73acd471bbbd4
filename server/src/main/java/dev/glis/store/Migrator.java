package dev.glis.store;

import dev.glis.base.Fault;
import dev.glis.base.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Applies numbered SQL files, each once, whole, in its own transaction.
 *
 * <p>Our own instead of Flyway's: each package numbers its own files, so that packages stay apart,
 * and the check at a start with nothing to do is one query (Flyway: about 150 ms).
 *
 * <p>What was applied is remembered with the hash of its file. A file that was changed or removed
 * after it was applied, or one that would have to come before applied ones, stops the start: the
 * schema would be one that nobody tested.
 */
final class Migrator {
    private static final Pattern FILE_NAME = Pattern.compile("(\\d{3})_[a-z0-9_]+\\.sql");
    private static final String LOCK = "glis:migrate";
    private static final String TABLE =
            """
            CREATE TABLE IF NOT EXISTS schema_migration (
                component text NOT NULL,
                number integer NOT NULL,
                file text NOT NULL,
                sha256 text NOT NULL,
                applied timestamptz NOT NULL DEFAULT now(),
                PRIMARY KEY (component, number))
            """;

    /** One file. */
    private record Step(String component, int number, String file, String sql) {
        String sha256() {
            return Sha256.of(sql.getBytes(StandardCharsets.UTF_8));
        }
    }

    private record Key(String component, int number) {}

    private record Applied(Key key, String file, String sha256) {}

    private final Store store;

    Migrator(Store store) {
        this.store = store;
    }

    void migrate(List<Store.Migrations> migrations) {
        List<Step> steps = migrations.stream().flatMap(m -> steps(m).stream()).toList();
        Map<Key, Applied> applied = store.read(Migrator::applied);
        for (Store.Migrations component : migrations) {
            check(component, applied);
        }
        for (Step step : steps) {
            if (!isApplied(step, applied)) {
                store.write(transaction -> apply(transaction, step));
            }
        }
    }

    /** Applies a step unless another node did so while we waited for the lock. */
    private static boolean apply(Transaction transaction, Step step) {
        transaction.lock(LOCK);
        transaction.update(TABLE);
        if (isApplied(step, applied(transaction))) {
            return false;
        }
        transaction.update("SET LOCAL statement_timeout = 0");
        ((JdbcTransaction) transaction).script(step.sql());
        transaction.update(
                "INSERT INTO schema_migration (component, number, file, sha256)"
                        + " VALUES (?, ?, ?, ?)",
                step.component(),
                step.number(),
                step.file(),
                step.sha256());
        return true;
    }

    private static Map<Key, Applied> applied(Transaction transaction) {
        boolean exists =
                transaction.one(
                        row -> row.getBoolean(1),
                        "SELECT to_regclass('schema_migration') IS NOT NULL");
        if (!exists) {
            return Map.of();
        }
        return transaction
                .query(
                        Migrator::applied,
                        "SELECT component, number, file, sha256 FROM schema_migration")
                .stream()
                .collect(Collectors.toMap(Applied::key, applied -> applied));
    }

    private static Applied applied(ResultSet row) throws SQLException {
        var key = new Key(Rows.text(row, "component"), row.getInt("number"));
        return new Applied(key, Rows.text(row, "file"), Rows.text(row, "sha256"));
    }

    private static boolean isApplied(Step step, Map<Key, Applied> applied) {
        Applied found = applied.get(new Key(step.component(), step.number()));
        if (found == null) {
            return false;
        }
        if (!found.file().equals(step.file()) || !found.sha256().equals(step.sha256())) {
            throw refused(
                    step.component()
                            + "/"
                            + step.file()
                            + " is not the file that was applied as "
                            + found.file()
                            + ". A migration never changes; add a new one");
        }
        return true;
    }

    /** The applied numbers must be the first ones of those we have. */
    private static void check(Store.Migrations component, Map<Key, Applied> applied) {
        long count =
                applied.keySet().stream()
                        .filter(key -> key.component().equals(component.component()))
                        .count();
        if (count > component.files().size()) {
            throw refused(
                    "The store was migrated by a newer Glis: it has "
                            + count
                            + " migrations of "
                            + component.component()
                            + ", this Glis knows "
                            + component.files().size());
        }
    }

    private static List<Step> steps(Store.Migrations migrations) {
        List<Step> steps = migrations.files().stream().map(file -> step(migrations, file)).toList();
        for (int i = 0; i < steps.size(); i++) {
            if (steps.get(i).number() != i + 1) {
                throw refused(
                        "Migrations of "
                                + migrations.component()
                                + " must be numbered from 001 without gaps; "
                                + steps.get(i).file()
                                + " is not in its place");
            }
        }
        return steps;
    }

    private static Step step(Store.Migrations migrations, String file) {
        var name = FILE_NAME.matcher(file);
        if (!name.matches()) {
            throw refused("Not a migration's name, such as 001_tables.sql: " + file);
        }
        return new Step(
                migrations.component(),
                Integer.parseInt(name.group(1)),
                file,
                sql(migrations.owner(), file));
    }

    private static String sql(Class<?> owner, String file) {
        try (InputStream found = owner.getResourceAsStream("schema/" + file)) {
            if (found == null) {
                throw refused("No resource schema/" + file + " beside " + owner.getName());
            }
            return new String(found.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Fault refused(String message) {
        return new Fault(Fault.Kind.CONFLICT, "migration-refused", message);
    }
}
