package dev.glis.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** An access key with its secret. */
record Credentials(String accessKeyId, String secretAccessKey) {
    @Override
    public String toString() {
        return "Credentials[" + accessKeyId + "]";
    }

    /**
     * The key to sign with: the environment's, when both of its variables are set and {@code
     * GLIS_CLI_PROFILE} is not; else from the data folder's credentials file.
     */
    static Credentials find(Context context, DataFolder folder) {
        String profile = context.variable("GLIS_CLI_PROFILE");
        String id = context.variable("GLIS_CLI_ACCESS_KEY_ID");
        String secret = context.variable("GLIS_CLI_SECRET_ACCESS_KEY");
        if (id != null && secret != null && profile == null) {
            return new Credentials(id, secret);
        }
        return read(folder.credentialsFile(), profile == null ? "default" : profile);
    }

    private static Credentials read(Path file, String profile) {
        try {
            Map<String, String> section = section(Files.readAllLines(file), profile);
            String id = section.get("aws_access_key_id");
            String secret = section.get("aws_secret_access_key");
            if (id == null || secret == null) {
                throw new Failure(
                        file
                                + " has no key in its section ["
                                + profile
                                + "]: it needs aws_access_key_id and aws_secret_access_key there");
            }
            return new Credentials(id, secret);
        } catch (NoSuchFileException e) {
            throw new Failure(
                    "The credentials file "
                            + file
                            + " is missing; put the root key back there (sections"
                            + " and names are those of ~/.aws/credentials)",
                    e);
        } catch (IOException e) {
            throw new Failure("Reading " + file + " failed: " + e, e);
        }
    }

    /** The names and values of one section of an ini file. */
    private static Map<String, String> section(List<String> lines, String wanted) {
        var sections = new HashMap<String, Map<String, String>>();
        String current = "";
        for (String raw : lines) {
            String line = raw.strip();
            int equals = line.indexOf('=');
            if (line.startsWith("[") && line.endsWith("]")) {
                current = line.substring(1, line.length() - 1).strip();
            } else if (equals > 0 && !line.startsWith("#")) {
                sections.computeIfAbsent(current, _ -> new HashMap<>())
                        .put(line.substring(0, equals).strip(), line.substring(equals + 1).strip());
            }
        }
        return sections.getOrDefault(wanted, Map.of()).entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }
}
