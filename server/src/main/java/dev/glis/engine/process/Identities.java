package dev.glis.engine.process;

import java.io.IOException;

/** Gives sandboxes the users that their processes run as. Safe for use by any thread. */
interface Identities {
    Identity take() throws IOException;

    void giveBack(Identity identity);

    /** The sandboxes' separation from each other by user. */
    Strength strength();
}
