package dev.glis.engine.image;

import java.util.regex.Pattern;

/**
 * The address of an image: {@code HOST[:PORT]/REPOSITORY[:TAG][@sha256:DIGEST]}, where the host may
 * be left out for Docker Hub.
 *
 * @param tag {@code latest} unless given
 * @param sha256 empty unless a digest is given
 */
public record ImageName(String registry, String repository, String tag, String sha256) {
    /** The registry of images that were uploaded to this server. */
    public static final String LOCAL = "glis.local";

    private static final String DOCKER_HUB = "docker.io";
    private static final Pattern REGISTRY =
            Pattern.compile("(?:[a-zA-Z0-9.-]{1,253}|\\[[0-9a-fA-F:]{2,39}])(?::[0-9]{1,5})?");
    private static final Pattern REPOSITORY =
            Pattern.compile(
                    "[a-z0-9]+(?:(?:\\.|__?|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\\.|__?|-+)[a-z0-9]+)*)*");
    private static final Pattern TAG = Pattern.compile("[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,127}");
    private static final int REPOSITORY_CHARACTERS = 255;

    /**
     * Reads an address.
     *
     * @throws dev.glis.base.Fault when it is none
     */
    public static ImageName parse(String text) {
        int at = text.indexOf('@');
        String digest = at < 0 ? "" : Digests.sha256(text.substring(at + 1));
        String name = at < 0 ? text : text.substring(0, at);
        int colon = name.lastIndexOf(':');
        boolean tagged = colon > name.lastIndexOf('/');
        String tag = tagged ? name.substring(colon + 1) : "latest";
        String path = tagged ? name.substring(0, colon) : name;
        int slash = path.indexOf('/');
        String first = slash < 0 ? "" : path.substring(0, slash);
        boolean hasHost = first.contains(".") || first.contains(":") || first.equals("localhost");
        String registry = hasHost ? first : DOCKER_HUB;
        String repository = hasHost ? path.substring(slash + 1) : path;
        if (registry.equals(DOCKER_HUB) && !repository.contains("/")) {
            repository = "library/" + repository;
        }
        return checked(new ImageName(registry, repository, tag, digest), text);
    }

    private static ImageName checked(ImageName name, String text) {
        if (!REGISTRY.matcher(name.registry).matches()
                || !isRepository(name.repository)
                || !TAG.matcher(name.tag).matches()) {
            throw ImageFaults.unreachable(
                    "Source image "
                            + text
                            + " is not valid. Provide a valid source image, such as"
                            + " registry.example.com/name:tag.");
        }
        return name;
    }

    /** Whether a text can name a repository. */
    public static boolean isRepository(String text) {
        return text.length() <= REPOSITORY_CHARACTERS && REPOSITORY.matcher(text).matches();
    }

    /** The name of an image that was uploaded to this server. */
    public static ImageName local(String repository, String sha256) {
        return new ImageName(LOCAL, repository, "latest", sha256);
    }

    public boolean isLocal() {
        return registry.equals(LOCAL);
    }

    /** The address that always leads to the same image. */
    public String pinned(String digest) {
        return registry + "/" + repository + "@sha256:" + digest;
    }

    /** What the registry is asked for: the digest if there is one, else the tag. */
    String reference() {
        return sha256.isEmpty() ? tag : "sha256:" + sha256;
    }

    @Override
    public String toString() {
        return registry + "/" + repository + (sha256.isEmpty() ? ":" + tag : "@sha256:" + sha256);
    }
}
