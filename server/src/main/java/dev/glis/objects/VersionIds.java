package dev.glis.objects;

import dev.glis.base.Fault;

/** IDs of versions: their number in the order of their making, in hexadecimal digits. */
final class VersionIds {
    private static final int RADIX = 16;
    private static final int DIGITS = 16;

    private VersionIds() {}

    static String text(long rank, boolean isNull) {
        return isNull ? ObjectInfo.NULL_VERSION : "%016x".formatted(-rank);
    }

    /** The rank of a version that is not the null version. */
    static long rank(String versionId) {
        try {
            if (versionId.length() == DIGITS) {
                return -Long.parseLong(versionId, RADIX);
            }
        } catch (NumberFormatException e) {
            // refused below
        }
        throw new Fault(
                Fault.Kind.NOT_FOUND, "version-not-found", "There is no version " + versionId);
    }
}
