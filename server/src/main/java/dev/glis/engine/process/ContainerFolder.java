package dev.glis.engine.process;

import dev.glis.base.FileTrees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The folder by which the server and one container know of each other, see {@link FirstProgram}.
 *
 * @param output the read end of what the container prints
 * @param report the read end of what its process 1 tells
 * @param gate held open as long as the container shall live
 */
record ContainerFolder(Path path, int output, int report, int gate) {
    private static final byte[] BEGIN = {'b'};

    /**
     * Makes one.
     *
     * @param parent only the server can enter it
     */
    static ContainerFolder make(Path parent, String id, byte[] firstProgram) throws IOException {
        Path folder = Files.createDirectory(parent.resolve(id));
        int output = -1;
        int report = -1;
        try {
            FileTrees.openToAll(folder);
            Path program = Files.write(folder.resolve("first"), firstProgram);
            Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("r-x------"));
            makePipe(folder.resolve("output"), "-w--w--w-");
            makePipe(folder.resolve("report"), "-w-------");
            makePipe(folder.resolve("gate"), "r--------");
            output = Native.openPipeForReading(folder.resolve("output"));
            report = Native.openPipeForReading(folder.resolve("report"));
            int gate = Native.openForWriting(folder.resolve("gate"));
            return new ContainerFolder(folder, output, report, gate);
        } catch (IOException e) {
            Native.close(output);
            Native.close(report);
            FileTrees.delete(folder);
            throw e;
        }
    }

    /** Whoever prints may open the output again by name, as {@code /dev/stdout}. */
    private static void makePipe(Path path, String permissions) throws IOException {
        Native.makePipe(path);
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    }

    /** Lets the command begin. */
    void begin() throws IOException {
        Native.write(gate, BEGIN);
    }
}
