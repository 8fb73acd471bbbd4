CREATE TABLE object_buckets (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text COLLATE "C" NOT NULL UNIQUE,
    account_id text COLLATE "C" NOT NULL,
    created_at timestamptz NOT NULL,
    versioning text NOT NULL,
    object_lock boolean NOT NULL,
    -- Documents by the names of BucketSetting.
    settings jsonb NOT NULL
);
CREATE INDEX object_buckets_by_account ON object_buckets (account_id, name);

-- Numbers versions in the order of their making; a version is numbered under the lock of its key.
CREATE SEQUENCE object_sequence;

-- Keys are the bytes of UTF-8: they sort as S3 sorts, and may hold any character.
CREATE TABLE object_versions (
    bucket_id bigint NOT NULL,
    key bytea NOT NULL,
    -- The version's number, negated: so the newest of a key comes first in every index.
    rank bigint NOT NULL,
    is_null boolean NOT NULL,
    latest boolean NOT NULL,
    marker boolean NOT NULL,
    size_bytes bigint NOT NULL,
    modified_at timestamptz NOT NULL,
    etag text NOT NULL,
    -- JSON: headers and metadata.
    attributes text NOT NULL,
    -- JSON; null for none.
    tags text,
    -- Algorithm, kind and value, joined by colons.
    checksum text,
    -- The only blob, or null for a marker and for an object of parts.
    blob uuid,
    wrapped_key bytea,
    -- Names the parts of an object that was uploaded in parts.
    content_id text COLLATE "C",
    part_count integer NOT NULL,
    customer_check bytea,
    retention text,
    retain_until timestamptz,
    legal_hold boolean NOT NULL,
    PRIMARY KEY (bucket_id, key, rank)
);
CREATE UNIQUE INDEX object_versions_current ON object_versions (bucket_id, key)
    WHERE latest AND NOT marker;

-- Bytes: in the row, or in a file that is named after it. Shared by those that refer to them.
CREATE TABLE object_blobs (
    id uuid PRIMARY KEY,
    refs integer NOT NULL,
    size_bytes bigint NOT NULL,
    content bytea,
    -- CRC-32C of the file; null for bytes in the row.
    crc bigint,
    verified_at timestamptz,
    damaged boolean NOT NULL DEFAULT false
);
-- What was encrypted cannot be compressed.
ALTER TABLE object_blobs ALTER COLUMN content SET STORAGE EXTERNAL;
CREATE INDEX object_blobs_unused ON object_blobs (id) WHERE refs = 0;
CREATE INDEX object_blobs_to_verify ON object_blobs (verified_at NULLS FIRST, id)
    WHERE crc IS NOT NULL;

CREATE TABLE object_uploads (
    id text COLLATE "C" PRIMARY KEY,
    bucket_id bigint NOT NULL,
    key bytea NOT NULL,
    started_at timestamptz NOT NULL,
    attributes text NOT NULL,
    tags text,
    algorithm text NOT NULL,
    kind text NOT NULL,
    customer_check bytea,
    retention text,
    retain_until timestamptz,
    legal_hold boolean NOT NULL
);
CREATE INDEX object_uploads_by_key ON object_uploads (bucket_id, key, id);

-- Parts of uploads, and of objects: the content is the upload's ID, or a copy's.
CREATE TABLE object_parts (
    content_id text COLLATE "C" NOT NULL,
    number integer NOT NULL,
    size_bytes bigint NOT NULL,
    etag text NOT NULL,
    modified_at timestamptz NOT NULL,
    checksum text NOT NULL,
    blob uuid NOT NULL,
    wrapped_key bytea NOT NULL,
    PRIMARY KEY (content_id, number)
);
