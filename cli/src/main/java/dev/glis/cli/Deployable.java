package dev.glis.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** What a function runs, ready to be deployed. */
sealed interface Deployable permits Code, ImageCode {
    /** What the server calls CodeSha256. */
    String sha256();

    /** How large it is. */
    long sizeBytes();

    /** {@code Zip} or {@code Image}. */
    String packageType();

    /** Adds it to a request for new code. */
    void addTo(ObjectNode request);
}
