package dev.glis.accounts;

/** Documents by which a resource says who may do what with it. */
public final class ResourcePolicies {
    private ResourcePolicies() {}

    /**
     * Throws unless the document is one that a resource may have.
     *
     * @throws dev.glis.base.Fault INVALID {@code malformed-policy}
     */
    public static void require(String document) {
        Policy unused = PolicyParser.resourcePolicy(document);
    }
}
