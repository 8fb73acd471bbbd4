package dev.glis.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A container image that the server has.
 *
 * @param uri its address there
 * @param sha256 its digest
 */
record ImageCode(String uri, String sha256, long sizeBytes) implements Deployable {
    @Override
    public String packageType() {
        return "Image";
    }

    @Override
    public void addTo(ObjectNode request) {
        request.put("ImageUri", uri);
    }
}
