package dev.glis.engine;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

/**
 * Major versions of Node.js programs, by running each once. Answers are kept in a file under the
 * program's path, size and time of change, so that later starts of the server run nothing.
 */
final class NodeVersions {
    private static final System.Logger LOG = System.getLogger(NodeVersions.class.getName());
    private static final long ANSWER_SECONDS = 5;

    private final Path file;
    private final Properties known = new Properties();

    NodeVersions(Path file) {
        this.file = file;
        if (Files.isReadable(file)) {
            try (InputStream in = Files.newInputStream(file)) {
                known.load(in);
            } catch (IOException | IllegalArgumentException e) {
                LOG.log(System.Logger.Level.DEBUG, "Not readable, made anew: " + file, e);
            }
        }
    }

    Optional<Integer> major(Path program) {
        try {
            String key =
                    program + "|" + Files.size(program) + "|" + Files.getLastModifiedTime(program);
            String version = known.getProperty(key);
            if (version == null) {
                version = ask(program);
                known.setProperty(key, version);
                save();
            }
            return version.matches("v\\d+\\..*")
                    ? Optional.of(Integer.parseInt(version.substring(1, version.indexOf('.'))))
                    : Optional.empty();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "Cannot be run and is not used: " + program, e);
            return Optional.empty();
        }
    }

    private static String ask(Path program) throws IOException {
        Process process =
                new ProcessBuilder(program.toString(), "--version")
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        process.getOutputStream().close();
        try {
            if (!process.waitFor(ANSWER_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException("It did not tell its version in " + ANSWER_SECONDS + " s");
            }
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                    .trim();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted", e);
        } finally {
            process.destroyForcibly();
        }
    }

    private void save() throws IOException {
        Path temporary = Files.createTempFile(file.getParent(), "versions", ".new");
        try (OutputStream out = Files.newOutputStream(temporary)) {
            known.store(out, null);
        }
        Files.move(
                temporary,
                file,
                StandardCopyOption.REPLACE_EXISTING,
                StandardCopyOption.ATOMIC_MOVE);
    }
}
