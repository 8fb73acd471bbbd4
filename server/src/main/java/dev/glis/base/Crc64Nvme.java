package dev.glis.base;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.zip.Checksum;

/** CRC-64/NVME, bit-reflected, by eight look-ups for eight bytes. Used by one thread. */
public final class Crc64Nvme implements Checksum {
    /** Bit-reflected, without its highest power. */
    public static final long POLYNOMIAL = 0x9a6c9329ac4bc9b5L;

    private static final int WORD_BYTES = 8;
    private static final long[][] TABLES = tables();
    private static final VarHandle WORDS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private long crc = ~0L;

    @Override
    public void update(int value) {
        crc = TABLES[0][(int) (crc ^ value) & 0xff] ^ (crc >>> 8);
    }

    @Override
    public void update(byte[] bytes, int offset, int length) {
        int end = offset + length;
        int at = offset;
        long state = crc;
        for (; at + WORD_BYTES <= end; at += WORD_BYTES) {
            long word = state ^ (long) WORDS.get(bytes, at);
            state =
                    TABLES[7][(int) word & 0xff]
                            ^ TABLES[6][(int) (word >>> 8) & 0xff]
                            ^ TABLES[5][(int) (word >>> 16) & 0xff]
                            ^ TABLES[4][(int) (word >>> 24) & 0xff]
                            ^ TABLES[3][(int) (word >>> 32) & 0xff]
                            ^ TABLES[2][(int) (word >>> 40) & 0xff]
                            ^ TABLES[1][(int) (word >>> 48) & 0xff]
                            ^ TABLES[0][(int) (word >>> 56) & 0xff];
        }
        crc = state;
        for (; at < end; at++) {
            update(bytes[at]);
        }
    }

    @Override
    public long getValue() {
        return ~crc;
    }

    @Override
    public void reset() {
        crc = ~0L;
    }

    private static long[][] tables() {
        var tables = new long[WORD_BYTES][256];
        for (int i = 0; i < 256; i++) {
            long crc = i;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 1) == 0 ? crc >>> 1 : (crc >>> 1) ^ POLYNOMIAL;
            }
            tables[0][i] = crc;
        }
        for (int table = 1; table < WORD_BYTES; table++) {
            for (int i = 0; i < 256; i++) {
                long before = tables[table - 1][i];
                tables[table][i] = tables[0][(int) before & 0xff] ^ (before >>> 8);
            }
        }
        return tables;
    }
}
