package dev.glis.objects;

import dev.glis.objects.StoredContent.Piece;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Opens blobs with their keys. Any thread. */
record BlobReader(BlobFiles files, Keys keys, Pins pins, ObjectMeter meter) {
    /** For one object. */
    StoredContent.Opener opener(Bucket bucket, @Nullable CustomerKey customerKey) {
        return new StoredContent.Opener() {
            @Override
            public InputStream open(Piece piece, long offset, long lengthBytes) throws IOException {
                byte[] key = keys.unwrap(piece.wrappedKey(), piece.blob(), customerKey);
                byte[] content = piece.content();
                BlobStream.Source source =
                        content == null
                                ? BlobStream.of(files.open(piece.blob()))
                                : BlobStream.of(content);
                return new BlobStream(source, key, piece.sizeBytes(), offset, lengthBytes);
            }

            @Override
            public void read(long bytes) {
                meter.bytesOut(bucket, bytes);
            }

            @Override
            public void close(List<String> blobs) {
                pins.unpin(blobs);
            }
        };
    }
}
