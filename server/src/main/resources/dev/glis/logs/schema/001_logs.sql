-- Groups that keep their lines for another time than the usual one.
CREATE TABLE log_groups (
    name text PRIMARY KEY,
    retention_days integer NOT NULL CHECK (retention_days > 0)
);

-- Lines of one group that were written together, compressed.
CREATE TABLE log_chunks (
    id uuid PRIMARY KEY,
    group_name text NOT NULL,
    first_time timestamptz NOT NULL,
    last_time timestamptz NOT NULL,
    content bytea NOT NULL
);
ALTER TABLE log_chunks ALTER COLUMN content SET STORAGE EXTERNAL;
CREATE INDEX log_chunks_by_time ON log_chunks (group_name, last_time DESC, id DESC);
CREATE INDEX log_chunks_by_age ON log_chunks (last_time);
