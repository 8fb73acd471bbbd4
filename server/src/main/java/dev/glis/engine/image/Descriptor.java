package dev.glis.engine.image;

import com.fasterxml.jackson.databind.JsonNode;

/** A part of an image: what it is, its digest, and how large it is. */
public record Descriptor(String mediaType, String sha256, long bytes) {
    /** As images write it. */
    public String digest() {
        return "sha256:" + sha256;
    }

    static Descriptor of(JsonNode json) {
        long bytes = json.path("size").asLong(-1);
        if (bytes < 0) {
            throw ImageFaults.invalid("a part of it has no size");
        }
        return new Descriptor(
                json.path("mediaType").asText(),
                Digests.sha256(json.path("digest").asText()),
                bytes);
    }
}
