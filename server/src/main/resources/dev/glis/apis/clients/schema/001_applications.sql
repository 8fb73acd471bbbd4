-- Which client IDs this cloud can have made; see ClientIds.
CREATE TABLE client_id_key (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    key bytea NOT NULL
);

CREATE TABLE application (
    client_id text PRIMARY KEY,
    account_id text NOT NULL,
    name text NOT NULL,
    state text NOT NULL,
    created timestamptz NOT NULL,
    CONSTRAINT application_name_unique UNIQUE (account_id, name)
);

CREATE TABLE application_secret (
    client_id text NOT NULL REFERENCES application ON DELETE CASCADE,
    secret_id text NOT NULL,
    hash bytea NOT NULL,
    created timestamptz NOT NULL,
    expires timestamptz,
    PRIMARY KEY (client_id, secret_id)
);

COMMENT ON COLUMN application_secret.hash IS 'SHA-256; a secret is 256 random bits, which nobody can try out';
