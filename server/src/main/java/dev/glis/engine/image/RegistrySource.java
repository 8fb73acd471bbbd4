package dev.glis.engine.image;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glis.base.Fault;
import dev.glis.base.Json;
import dev.glis.base.Limits;
import dev.glis.base.Sha256;
import dev.glis.base.Timers;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An image in a registry, by the OCI Distribution API: what pulling needs of it.
 *
 * <p>Registries are spoken to over TLS, except those on this machine's loopback, as Docker does it.
 * Credentials go to the registry, or to where the registry says that tokens are given out, over TLS
 * only; a redirection, which leads to other hosts for layers, gets none.
 */
public final class RegistrySource implements ImageSource {
    private static final String MANIFESTS =
            String.join(
                    ", ",
                    ImageManifest.OCI_MANIFEST,
                    ImageManifest.DOCKER_MANIFEST,
                    ImageManifest.OCI_INDEX,
                    ImageManifest.DOCKER_LIST);
    private static final Pattern PARAMETER = Pattern.compile("(realm|service|scope)=\"([^\"]*)\"");
    private static final Set<Integer> REDIRECTIONS = Set.of(301, 302, 303, 307, 308);
    private static final int MOST_REDIRECTIONS = 5;
    private static final int MOST_TOKEN_BYTES = 64 * 1024;

    private final ImageName name;
    private final Credentials credentials;
    private final HttpClient client;
    private final String origin;
    private final Timers.Task end;
    private @Nullable String authorization;

    /**
     * Who pulls.
     *
     * @param user empty for anonymous pulls
     */
    public record Credentials(String user, String password) {
        public static final Credentials NONE = new Credentials("", "");

        private String basic() {
            String pair = user + ":" + password;
            return "Basic "
                    + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
        }
    }

    private RegistrySource(ImageName name, Credentials credentials, Timers timers) {
        this.name = name;
        this.credentials = credentials;
        this.origin = origin(name.registry());
        this.client =
                HttpClient.newBuilder()
                        .connectTimeout(Duration.ofMillis(Limits.IMAGE_CONNECT_MS.value()))
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .version(HttpClient.Version.HTTP_1_1)
                        .build();
        this.end = timers.after(Limits.IMAGE_PULL_MS.value(), client::shutdownNow);
    }

    /** The source of a name, for a limited time; nothing is asked yet. */
    public static RegistrySource of(ImageName name, Credentials credentials, Timers timers) {
        return new RegistrySource(name, credentials, timers);
    }

    private static String origin(String registry) {
        String host = registry.replaceFirst(":[0-9]+$", "");
        boolean local = host.equals("localhost") || host.equals("[::1]") || host.startsWith("127.");
        String real = registry.equals("docker.io") ? "registry-1.docker.io" : registry;
        return (local ? "http://" : "https://") + real;
    }

    @Override
    public byte[] manifest() throws IOException {
        byte[] bytes = manifest(name.reference());
        if (!name.sha256().isEmpty() && !Sha256.of(bytes).equals(name.sha256())) {
            throw ImageFaults.invalid(
                    "the registry gave another manifest than sha256:" + name.sha256());
        }
        return bytes;
    }

    @Override
    public byte[] manifest(Descriptor descriptor) throws IOException {
        return manifest(descriptor.digest());
    }

    private byte[] manifest(String reference) throws IOException {
        try (InputStream body = get("manifests/" + reference, MANIFESTS)) {
            byte[] bytes = body.readNBytes(Limits.IMAGE_MANIFEST_BYTES.intValue() + 1);
            if (bytes.length > Limits.IMAGE_MANIFEST_BYTES.value()) {
                throw ImageFaults.tooLarge("its manifest is larger", Limits.IMAGE_MANIFEST_BYTES);
            }
            return bytes;
        }
    }

    @Override
    public InputStream open(Descriptor descriptor) throws IOException {
        return get("blobs/" + descriptor.digest(), "*/*");
    }

    private InputStream get(String what, String accept) throws IOException {
        URI uri = URI.create(origin + "/v2/" + name.repository() + "/" + what);
        HttpResponse<InputStream> response = send(uri, accept, authorization);
        if (response.statusCode() == 401 && authorization == null) {
            response.body().close();
            authorization = authorize(response.headers().firstValue("WWW-Authenticate").orElse(""));
            response = send(uri, accept, authorization);
        }
        for (int count = 0; REDIRECTIONS.contains(response.statusCode()); count++) {
            response.body().close();
            if (count == MOST_REDIRECTIONS) {
                throw ImageFaults.unreachable(name + ": the registry redirects for ever");
            }
            uri = redirection(uri, response);
            response = send(uri, accept, null);
        }
        return success(response);
    }

    private URI redirection(URI from, HttpResponse<?> response) {
        String location = response.headers().firstValue("Location").orElse("");
        try {
            URI to = from.resolve(location);
            if (isSafe(to) || from.getScheme().equals("http")) {
                return to;
            }
        } catch (IllegalArgumentException e) {
            // told below, with what leads away from TLS
        }
        throw ImageFaults.unreachable(name + ": the registry redirects to " + location);
    }

    private static boolean isSafe(URI uri) {
        return "https".equals(uri.getScheme()) && uri.getHost() != null;
    }

    private InputStream success(HttpResponse<InputStream> response) throws IOException {
        int status = response.statusCode();
        if (status == 200) {
            return response.body();
        }
        response.body().close();
        throw switch (status) {
            case 404 ->
                    ImageFaults.unreachable(
                            "Source image "
                                    + name
                                    + " does not exist. Provide a valid source image.");
            case 401, 403 ->
                    ImageFaults.unreachable(
                            "Source image "
                                    + name
                                    + " does not exist, or may not be pulled "
                                    + (credentials.user().isEmpty()
                                            ? "without credentials; glis deploy --image takes them"
                                                    + " from ~/.docker/config.json, --user and"
                                                    + " GLIS_REGISTRY_PASSWORD"
                                            : "by " + credentials.user())
                                    + ".");
            default ->
                    ImageFaults.unreachable(
                            "Source image "
                                    + name
                                    + " cannot be pulled: the registry answers "
                                    + status
                                    + ".");
        };
    }

    /** What to send as {@code Authorization}, by what the registry asked for. */
    private @Nullable String authorize(String challenge) throws IOException {
        if (challenge.regionMatches(true, 0, "Basic", 0, 5)) {
            return credentials.user().isEmpty() ? null : credentials.basic();
        }
        if (!challenge.regionMatches(true, 0, "Bearer", 0, 6)) {
            return null;
        }
        String realm = "";
        var query = new StringBuilder();
        var parameters = PARAMETER.matcher(challenge);
        while (parameters.find()) {
            if (parameters.group(1).equals("realm")) {
                realm = parameters.group(2);
            } else {
                query.append(query.isEmpty() ? '?' : '&')
                        .append(parameters.group(1))
                        .append('=')
                        .append(URLEncoder.encode(parameters.group(2), StandardCharsets.UTF_8));
            }
        }
        return token(realm + query);
    }

    private String token(String address) throws IOException {
        URI uri;
        try {
            uri = URI.create(address);
        } catch (IllegalArgumentException e) {
            throw ImageFaults.unreachable(name + ": the registry gives tokens at " + address);
        }
        if (!isSafe(uri) && !origin.startsWith("http:")) {
            throw ImageFaults.unreachable(
                    name + ": the registry gives tokens at " + address + ", which is not safe");
        }
        String basic = credentials.user().isEmpty() ? null : credentials.basic();
        try (InputStream body = success(send(uri, "application/json", basic))) {
            JsonNode json = Json.parse(body.readNBytes(MOST_TOKEN_BYTES));
            return "Bearer " + json.path("token").asText(json.path("access_token").asText());
        } catch (Fault e) {
            if (e.code().equals("invalid-json")) {
                throw ImageFaults.unreachable(name + ": the registry's token is no JSON");
            }
            throw e;
        }
    }

    private HttpResponse<InputStream> send(URI uri, String accept, @Nullable String authorized)
            throws IOException {
        var request =
                HttpRequest.newBuilder(uri)
                        .timeout(Duration.ofMillis(Limits.IMAGE_RESPONSE_MS.value()))
                        .header("Accept", accept);
        if (authorized != null) {
            request.header("Authorization", authorized);
        }
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (IOException e) {
            throw ImageFaults.unreachable(
                    "Source image "
                            + name
                            + " cannot be pulled: "
                            + uri.getHost()
                            + " does not answer ("
                            + (e.getMessage() == null ? e.toString() : e.getMessage())
                            + ").");
        }
    }

    @Override
    public void close() {
        end.cancel();
        client.shutdownNow();
    }
}
