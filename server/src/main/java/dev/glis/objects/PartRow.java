package dev.glis.objects;

import dev.glis.store.Rows;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Objects;

/** A part as it is stored. */
record PartRow(Part part, String blob, byte[] wrappedKey) {
    static final String COLUMNS =
            "p.number, p.size_bytes, p.etag, p.modified_at, p.checksum, p.blob, p.wrapped_key";

    static PartRow of(ResultSet row) throws SQLException {
        return new PartRow(
                new Part(
                        row.getInt("number"),
                        row.getLong("size_bytes"),
                        Rows.text(row, "etag"),
                        Rows.instant(row, "modified_at"),
                        VersionRow.checksumOf(Rows.text(row, "checksum"))),
                Rows.text(row, "blob"),
                Rows.bytes(row, "wrapped_key"));
    }

    Checksum checksum() {
        return Objects.requireNonNull(part.checksum());
    }
}
