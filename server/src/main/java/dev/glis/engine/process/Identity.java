package dev.glis.engine.process;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** As whom a sandbox's processes run. */
sealed interface Identity {
    /** The user ID that processes inside see. */
    int userId();

    /** The commands that go before bwrap, each ending by running the next. */
    List<String> beforeIsolation();

    /** bwrap's options that belong to it. */
    List<String> isolation();

    /** The commands that go before the sandbox's own, each ending by running the next. */
    List<String> becoming(Map<String, String> environment);

    /** Whether {@link #becoming} sets the environment, so that bwrap must not. */
    boolean setsEnvironment();

    /**
     * A user that owns nothing and that no other sandbox shares; made by root. bwrap keeps the
     * three capabilities with which {@code setpriv} becomes that user and gives up the rest.
     */
    record Own(int userId) implements Identity {
        @Override
        public List<String> beforeIsolation() {
            return List.of();
        }

        @Override
        public List<String> isolation() {
            return List.of(
                    "--cap-drop",
                    "ALL",
                    "--cap-add",
                    "CAP_SETUID",
                    "--cap-add",
                    "CAP_SETGID",
                    "--cap-add",
                    "CAP_SETPCAP");
        }

        @Override
        public List<String> becoming(Map<String, String> environment) {
            String user = Integer.toString(userId);
            var commands =
                    new ArrayList<>(
                            List.of(
                                    "/usr/bin/setpriv",
                                    "--reuid",
                                    user,
                                    "--regid",
                                    user,
                                    "--clear-groups",
                                    "--no-new-privs",
                                    "--inh-caps=-all",
                                    "--ambient-caps=-all",
                                    "--bounding-set=-all",
                                    "--",
                                    "/usr/bin/env",
                                    "-i"));
            new TreeMap<>(environment).forEach((name, value) -> commands.add(name + "=" + value));
            return commands;
        }

        @Override
        public boolean setsEnvironment() {
            return true;
        }
    }

    /** The server's own, ordinary user, in a user namespace in which it may do nothing. */
    record Mapped(int userId) implements Identity {
        /** bwrap refuses to begin with capabilities that it did not ask for. */
        @Override
        public List<String> beforeIsolation() {
            return List.of("/usr/bin/setpriv", "--inh-caps=-all", "--ambient-caps=-all", "--");
        }

        @Override
        public List<String> isolation() {
            return List.of(
                    "--unshare-user",
                    "--disable-userns",
                    "--uid",
                    Integer.toString(userId),
                    "--gid",
                    Integer.toString(userId),
                    "--cap-drop",
                    "ALL");
        }

        @Override
        public List<String> becoming(Map<String, String> environment) {
            return List.of();
        }

        @Override
        public boolean setsEnvironment() {
            return false;
        }
    }
}
