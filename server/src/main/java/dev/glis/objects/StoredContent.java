package dev.glis.objects;

import dev.glis.base.BulkInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** An object whose blobs are pinned, or in memory. */
final class StoredContent implements ObjectContent {
    private final ObjectInfo info;
    private final List<Part> parts;
    private final List<Piece> pieces;
    private final Opener opener;
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * Some consecutive bytes of an object.
     *
     * @param content as the store holds it, or null for a file
     */
    record Piece(String blob, byte[] wrappedKey, long sizeBytes, byte @Nullable [] content) {
        boolean inFile() {
            return content == null;
        }
    }

    /** What reads pieces, and is told of it. */
    interface Opener {
        InputStream open(Piece piece, long offset, long lengthBytes) throws IOException;

        void read(long bytes);

        void close(List<String> blobs);
    }

    StoredContent(ObjectInfo info, List<Part> parts, List<Piece> pieces, Opener opener) {
        this.info = info;
        this.parts = parts;
        this.pieces = pieces;
        this.opener = opener;
    }

    /** The blobs of these pieces that are to be pinned. */
    static List<String> inFiles(List<Piece> pieces) {
        return pieces.stream().filter(Piece::inFile).map(Piece::blob).toList();
    }

    @Override
    public ObjectInfo info() {
        return info;
    }

    @Override
    public List<Part> parts() {
        return parts;
    }

    @Override
    public InputStream stream(long offset, long lengthBytes) {
        Objects.checkFromIndexSize(offset, lengthBytes, info.sizeBytes());
        return new Stream(offset, lengthBytes);
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            opener.close(inFiles(pieces));
        }
    }

    /** Reads piece after piece; each is opened when it is its turn. */
    private final class Stream extends BulkInputStream {
        private long left;
        private long skip;
        private int next;
        private long told;
        private @Nullable InputStream piece;

        Stream(long offset, long lengthBytes) {
            this.skip = offset;
            this.left = lengthBytes;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, target.length);
            if (length == 0) {
                return 0;
            }
            while (left > 0) {
                InputStream from = piece == null ? open() : piece;
                int count = from.read(target, offset, (int) Math.min(length, left));
                if (count > 0) {
                    left -= count;
                    told += count;
                    return count;
                }
                from.close();
                piece = null;
            }
            return -1;
        }

        private InputStream open() throws IOException {
            while (skip >= pieces.get(next).sizeBytes()) {
                skip -= pieces.get(next).sizeBytes();
                next++;
            }
            Piece from = pieces.get(next++);
            long count = Math.min(left, from.sizeBytes() - skip);
            piece = opener.open(from, skip, count);
            skip = 0;
            return piece;
        }

        @Override
        public void close() throws IOException {
            opener.read(told);
            told = 0;
            left = 0;
            if (piece != null) {
                piece.close();
                piece = null;
            }
        }
    }
}
