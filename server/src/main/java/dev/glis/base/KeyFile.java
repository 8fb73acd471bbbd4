package dev.glis.base;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.SecureRandom;
import java.util.EnumSet;
import java.util.Set;

/**
 * A file with a key of 256 bits that encrypts what is stored elsewhere, so that a copy of the
 * database or of a folder of blobs alone gives nothing away. Any thread.
 */
public final class KeyFile {
    private static final int KEY_BYTES = 32;
    private static final Set<PosixFilePermission> OWNER_ONLY =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    private final Path file;
    private final String what;

    /**
     * A file that is looked at by {@link #read}.
     *
     * @param what it encrypts, such as {@code the stored secret access keys}
     */
    public KeyFile(Path file, String what) {
        this.file = file;
        this.what = what;
    }

    /**
     * The key; the file is made, mode 0600, if there is none.
     *
     * @throws Fault INTERNAL {@code secrets-key}
     */
    public byte[] read() {
        try {
            if (Files.notExists(file)) {
                create();
            }
            requireOwnerOnly();
            byte[] key = Files.readAllBytes(file);
            if (key.length != KEY_BYTES) {
                throw fault("has " + key.length + " bytes instead of " + KEY_BYTES);
            }
            return key;
        } catch (IOException e) {
            throw new Fault(
                    Fault.Kind.INTERNAL,
                    "secrets-key",
                    "The key file " + file + " cannot be read or made: " + e,
                    e);
        }
    }

    /** When something does not open with the key. */
    public Fault wrongKey() {
        return fault("is not the one that they were encrypted with");
    }

    /** Written beside, made durable, then renamed: there is never half a key. */
    private void create() throws IOException {
        var key = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(key);
        FileTrees.writePrivate(file.toAbsolutePath(), key);
    }

    private void requireOwnerOnly() throws IOException {
        if (!OWNER_ONLY.containsAll(Files.getPosixFilePermissions(file))) {
            throw fault("may be read by others; run chmod 600 " + file);
        }
    }

    private Fault fault(String why) {
        return new Fault(
                Fault.Kind.INTERNAL,
                "secrets-key",
                "The key file "
                        + file
                        + " of "
                        + what
                        + " "
                        + why
                        + ". If it was lost, restore it from a backup of the data folder.");
    }
}
