package dev.glis.base;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Makes identifiers. All are unguessable; ULIDs also sort by the time they were made. */
public final class Ids {
    private static final char[] CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ".toCharArray();
    private static final char[] BASE32_LOWER = "abcdefghijklmnopqrstuvwxyz234567".toCharArray();
    private static final char[] BASE62 =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".toCharArray();

    private static final long VERSION_7 = 0x7000;
    private static final Pattern TIMED_UUID =
            Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");

    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    public Ids(Clock clock) {
        this.clock = clock;
    }

    /** A ULID: 26 characters, 48 bits of milliseconds and 80 bits of chance. */
    public String ulid() {
        var text = new char[26];
        long time = clock.instant().toEpochMilli();
        for (int i = 9; i >= 0; i--) {
            text[i] = CROCKFORD[(int) (time & 31)];
            time >>>= 5;
        }
        fill(text, 10, CROCKFORD);
        return new String(text);
    }

    /** A random UUID in the form AWS uses for request IDs. */
    public String uuid() {
        return UUID.randomUUID().toString();
    }

    /** A UUID that begins with the millisecond it was made in: version 7 of RFC 9562. */
    public String timedUuid() {
        long time = clock.instant().toEpochMilli();
        var chance = new byte[10];
        random.nextBytes(chance);
        ByteBuffer drawn = ByteBuffer.wrap(chance);
        long high = time << 16 | VERSION_7 | (drawn.getShort() & 0xfff);
        long low = Long.MIN_VALUE | (drawn.getLong() >>> 2);
        return new UUID(high, low).toString();
    }

    /** When {@link #timedUuid} made this; null for any other text. */
    public static @Nullable Instant madeAt(String text) {
        if (!TIMED_UUID.matcher(text).matches()) {
            return null;
        }
        return Instant.ofEpochMilli(UUID.fromString(text).getMostSignificantBits() >>> 16);
    }

    /** Lower-case base-32 text that may stand in a host name. */
    public String hostLabel(int length) {
        return text(length, BASE32_LOWER);
    }

    /** Upper-case letters and digits, as in access key IDs. */
    public String upper(int length) {
        return text(length, CROCKFORD);
    }

    /** Letters of both cases and digits, for secrets. */
    public String secret(int length) {
        return text(length, BASE62);
    }

    /** Digits; the first is not zero. */
    public String digits(int length) {
        var text = new char[length];
        for (int i = 0; i < length; i++) {
            text[i] = (char) ('0' + (i == 0 ? 1 + random.nextInt(9) : random.nextInt(10)));
        }
        return new String(text);
    }

    private String text(int length, char[] alphabet) {
        var text = new char[length];
        fill(text, 0, alphabet);
        return new String(text);
    }

    private void fill(char[] text, int from, char[] alphabet) {
        for (int i = from; i < text.length; i++) {
            text[i] = alphabet[random.nextInt(alphabet.length)];
        }
    }
}
