package dev.glis.functions;

import java.util.Optional;

/** Who else may use a function: the policy documents of functions, versions and aliases. */
public final class Permissions {
    private final Catalog catalog;

    Permissions(Catalog catalog) {
        this.catalog = catalog;
    }

    /** The policy document that holds for this function and qualifier. */
    public Optional<String> document(FunctionName name) {
        return catalog.state(name).map(state -> state.policies().get(name.qualifier()));
    }
}
