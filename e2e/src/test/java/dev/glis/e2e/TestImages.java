package dev.glis.e2e;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/** Makes small container images by umoci, of busybox and scripts. */
final class TestImages {
    private static final Path BUSYBOX = Path.of("/usr/bin/busybox");

    /** Speaks the Runtime API, and answers what the command in the event prints. */
    static final String RUNTIME_API_GUEST =
            """
            #!/bin/sh
            url=http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation
            while true; do
              wget -q -S -O /tmp/event "$url/next" 2> /tmp/head
              id=$(sed -n 's/^ *[Ll]ambda-[Rr]untime-[Aa]ws-[Rr]equest-[Ii]d: *//p' /tmp/head | tr -d '\\r')
              eval "$(sed 's/^"//; s/"$//' /tmp/event)" > /tmp/said 2>&1
              sed 's/.*/"&",/' /tmp/said | tr -d '\\n' | sed 's/^/[/; s/,$//; s/$/]/' > /tmp/answer
              wget -q -O /dev/null --post-file /tmp/answer "$url/$id/response"
            done
            """;

    /** An HTTP server that answers what it was asked, and says so when it is told to end. */
    static final String HTTP_SERVER =
            """
            #!/bin/sh
            trap 'echo told to end; kill $child; exit 0' TERM
            nc -ll -p "$PORT" -e /app/request &
            child=$!
            wait
            """;

    static final String HTTP_REQUEST =
            """
            #!/bin/sh
            read -r method target version
            length=0
            while read -r line; do
              line=$(printf %s "$line" | tr -d '\\r')
              [ -z "$line" ] && break
              case $line in
                [Cc]ontent-[Ll]ength:*) length=${line#*: } ;;
                [Xx]-[Cc]olour:*) colour=${line#*: } ;;
              esac
            done
            body=$(head -c "$length")
            case $target in *teapot*) status="418 Teapot" ;; *) status="200 OK" ;; esac
            said="$method $target $colour $body"
            printf 'HTTP/1.1 %s\\r\\nContent-Type: text/plain\\r\\nSet-Cookie: a=1\\r\\nSet-Cookie: b=2\\r\\n' "$status"
            printf 'Content-Length: %d\\r\\nConnection: close\\r\\n\\r\\n%s' ${#said} "$said"
            """;

    private final Path folder;

    /** Works in the given folder. */
    TestImages(Path folder) {
        this.folder = folder;
    }

    /** The tag of each image in its layout. */
    static final String TAG = "v1";

    /** Makes an image with these files, in an OCI layout of this name. */
    Path layout(String name, List<String> settings, String... filesAndContents)
            throws IOException, InterruptedException {
        Path layout = folder.resolve(name);
        run("umoci", "init", "--layout", layout.toString());
        run("umoci", "new", "--image", image(layout));
        change(
                layout,
                root -> {
                    Files.createDirectories(root.resolve("bin"));
                    Files.copy(BUSYBOX, root.resolve("bin/busybox"));
                    for (String tool : TOOLS) {
                        Files.createSymbolicLink(
                                root.resolve("bin").resolve(tool), Path.of("busybox"));
                    }
                    for (int i = 0; i < filesAndContents.length; i += 2) {
                        program(root.resolve(filesAndContents[i]), filesAndContents[i + 1]);
                    }
                });
        configure(layout, settings);
        return layout;
    }

    private static final List<String> TOOLS =
            List.of("sh", "wget", "sed", "tr", "cat", "id", "ls", "nc", "head", "kill", "touch");

    /** Something done to the files of an image. */
    interface Change {
        void to(Path root) throws IOException;
    }

    /** Adds a layer with a change. */
    void change(Path layout, Change change) throws IOException, InterruptedException {
        Path bundle = Files.createTempDirectory(folder, "bundle-").resolve("b");
        run("umoci", "unpack", "--image", image(layout), bundle.toString());
        change.to(bundle.resolve("rootfs"));
        run("umoci", "repack", "--image", image(layout), bundle.toString());
    }

    /** Sets parts of an image's configuration. */
    void configure(Path layout, List<String> settings) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("umoci", "config", "--image", image(layout)));
        command.addAll(settings);
        run(command.toArray(String[]::new));
    }

    private static void program(Path file, String content) throws IOException {
        Files.createDirectories(file.resolveSibling("."));
        Files.writeString(file, content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    static String image(Path layout) {
        return layout + ":" + TAG;
    }

    /** Runs a tool to its end; it must succeed. */
    static void run(String... command) throws IOException, InterruptedException {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new AssertionError(String.join(" ", command) + ": " + said);
        }
    }
}
