-- People who are signed in, by a hash of what their browser holds.
CREATE TABLE session (
    token_hash bytea PRIMARY KEY,
    access_key_id text NOT NULL REFERENCES access_key ON DELETE CASCADE,
    begun timestamptz NOT NULL,
    used timestamptz NOT NULL
);

CREATE INDEX session_key ON session (access_key_id, begun);
