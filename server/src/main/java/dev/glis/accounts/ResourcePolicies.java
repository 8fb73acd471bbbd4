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

    /**
     * Whether a document allows something to everybody, as S3 sees it: to {@code *} without a
     * condition that names callers by fixed values, or addresses in ranges that are not too wide.
     */
    public static boolean isPublic(String document) {
        return PolicyParser.resourcePolicy(document).isPublic();
    }
}
