package dev.glis.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;

/** A user without any rights, whom this machine need not know. */
final class OrdinaryUser {
    static final int ID = 54_321;

    private OrdinaryUser() {}

    /** The words before a command that shall run as this user. */
    static List<String> become() {
        String id = Integer.toString(ID);
        return List.of("setpriv", "--reuid", id, "--regid", id, "--clear-groups", "--");
    }

    /** Only root can become somebody else, who must be able to read this repository. */
    static boolean canBecome() throws IOException {
        boolean reachable = Files.isWritable(Path.of("/root"));
        for (Path folder = GlisServer.REPOSITORY;
                folder != null && reachable;
                folder = folder.getParent()) {
            reachable =
                    Files.getPosixFilePermissions(folder)
                            .contains(PosixFilePermission.OTHERS_EXECUTE);
        }
        return reachable;
    }
}
