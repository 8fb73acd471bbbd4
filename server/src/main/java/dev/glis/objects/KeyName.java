package dev.glis.objects;

import dev.glis.base.Fault;
import dev.glis.base.Limits;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Keys as the bytes in which they are stored and sorted. */
final class KeyName {
    private KeyName() {}

    /** The bytes of a key that may name an object. */
    static byte[] bytes(String key) {
        byte[] bytes = anyBytes(key);
        if (bytes.length == 0 || bytes.length > Limits.OBJECT_KEY_BYTES.value()) {
            throw invalid(
                    "A key has 1 to "
                            + Limits.OBJECT_KEY_BYTES.value()
                            + " bytes in UTF-8, not "
                            + bytes.length);
        }
        return bytes;
    }

    /** The bytes of a prefix, delimiter or marker, of any length. */
    static byte[] anyBytes(String text) {
        try {
            ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            var bytes = new byte[encoded.remaining()];
            encoded.get(bytes);
            return bytes;
        } catch (CharacterCodingException e) {
            throw invalid("A key is Unicode; this has half of a surrogate pair");
        }
    }

    static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Less than no key that begins with the prefix: no UTF-8 has this byte. */
    static byte[] behindAll(byte[] prefix) {
        byte[] bound = Arrays.copyOf(prefix, prefix.length + 1);
        bound[prefix.length] = (byte) 0xff;
        return bound;
    }

    private static Fault invalid(String why) {
        return new Fault(Fault.Kind.INVALID, "invalid-key", why);
    }
}
