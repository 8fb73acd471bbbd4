package dev.glis.engine.process;

/** All sandboxes run as the server's own ordinary user, each in a user namespace of its own. */
final class MappedUser implements Identities {
    private static final int INSIDE = 1_000;

    @Override
    public Identity take() {
        return new Identity.Mapped(INSIDE);
    }

    @Override
    public void giveBack(Identity identity) {
        // there is one for all
    }

    @Override
    public Strength strength() {
        return Strength.strong("a user namespace without rights for each function instance")
                .and(
                        Strength.weak(
                                "function instances run under the server's own user, because it is"
                                        + " not root: only namespaces keep them apart"));
    }
}
