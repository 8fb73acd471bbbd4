package dev.glis.functions;

import dev.glis.base.Fault;

/** Revision IDs, by which clients make sure that nobody changed a thing in between. */
final class Revisions {
    private Revisions() {}

    static Fault mismatch(String operation) {
        return new Fault(
                Fault.Kind.PRECONDITION,
                "revision-mismatch",
                "The Revision Id provided does not match the latest Revision Id. Call the "
                        + operation
                        + " API to retrieve the latest Revision Id");
    }
}
