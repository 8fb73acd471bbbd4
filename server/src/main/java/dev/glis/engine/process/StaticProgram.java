package dev.glis.engine.process;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;

/** Executable files of one segment of machine code, which load nothing and read no file. */
final class StaticProgram {
    private static final long LOADED_AT = 0x400000;
    private static final int HEADER_BYTES = 64;
    private static final int SEGMENT_BYTES = 56;

    private StaticProgram() {}

    /** Why there is no code for this machine; empty where there is. */
    static String refusal() {
        String machine = System.getProperty("os.arch", "");
        return machine.equals("amd64")
                ? ""
                : "container images run on x86_64 machines only, and this one is " + machine;
    }

    /** The bytes of lines of hexadecimal digits, each with its assembly behind {@code #}. */
    static byte[] assembled(String lines) {
        return HexFormat.of().parseHex(lines.replaceAll("#[^\n]*", "").replaceAll("\\s+", ""));
    }

    /** Puts a number in the place of another, wherever that stands. */
    static void replace(ByteBuffer code, int placeholder, int number) {
        for (int i = 0; i + Integer.BYTES <= code.capacity(); i++) {
            if (code.getInt(i) == placeholder) {
                code.putInt(i, number);
            }
        }
    }

    /** The file. */
    static byte[] of(byte[] code) {
        int size = HEADER_BYTES + SEGMENT_BYTES + code.length;
        long entry = LOADED_AT + HEADER_BYTES + SEGMENT_BYTES;
        var file = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        file.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0});
        file.putShort((short) 2).putShort((short) 62).putInt(1); // executable, x86-64
        file.putLong(entry).putLong(HEADER_BYTES).putLong(0).putInt(0);
        file.putShort((short) HEADER_BYTES).putShort((short) SEGMENT_BYTES).putShort((short) 1);
        file.putShort((short) 0).putShort((short) 0).putShort((short) 0);
        file.putInt(1).putInt(5).putLong(0); // loaded from the file's begin, to be read and run
        file.putLong(LOADED_AT).putLong(LOADED_AT).putLong(size).putLong(size).putLong(0x1000);
        return file.put(code).array();
    }
}
