package dev.glis.engine.wasm;

import java.io.ByteArrayOutputStream;
import java.util.Set;
import run.endive.wasm.Parser;
import run.endive.wasm.WasmWriter;
import run.endive.wasm.types.RawSection;
import run.endive.wasm.types.SectionId;

/**
 * A module without what compiling has made superfluous: each compiled function's body is a trap,
 * and custom sections are gone. The instructions of a module as objects take fifty times the
 * module's size, and once there is bytecode nobody reads them.
 */
final class Skeleton {
    /** Three bytes: no locals, unreachable, end. */
    private static final byte[] TRAP = {3, 0, 0, 0x0B};

    private Skeleton() {}

    /**
     * Of a valid module.
     *
     * @param kept functions, counted from the first that is not imported, whose bodies stay
     */
    static byte[] of(byte[] module, Set<Integer> kept) {
        var writer = new WasmWriter();
        Parser.parseWithoutDecoding(
                module,
                section -> {
                    if (section instanceof RawSection raw) {
                        if (raw.sectionId() == SectionId.CODE) {
                            writer.writeSection(SectionId.CODE, code(raw.contents(), kept));
                        } else if (raw.sectionId() != SectionId.CUSTOM) {
                            writer.writeSection(raw);
                        }
                    }
                });
        return writer.bytes();
    }

    private static byte[] code(byte[] section, Set<Integer> kept) {
        var out = new ByteArrayOutputStream();
        var in = new Cursor(section);
        int count = in.number();
        WasmWriter.writeVarUInt32(out, count);
        for (int i = 0; i < count; i++) {
            int start = in.at;
            in.at += in.number();
            if (kept.contains(i)) {
                out.write(section, start, in.at - start);
            } else {
                out.writeBytes(TRAP);
            }
        }
        return out.toByteArray();
    }

    private static final class Cursor {
        private final byte[] bytes;
        private int at;

        Cursor(byte[] bytes) {
            this.bytes = bytes;
        }

        /** An unsigned LEB128 number. */
        int number() {
            int value = 0;
            for (int shift = 0; ; shift += 7) {
                byte next = bytes[at++];
                value |= (next & 0x7F) << shift;
                if (next >= 0) {
                    return value;
                }
            }
        }
    }
}
