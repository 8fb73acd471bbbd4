CREATE TABLE account (
    account_id text PRIMARY KEY,
    name text NOT NULL CONSTRAINT account_name_unique UNIQUE,
    created timestamptz NOT NULL,
    concurrency integer,
    code_storage_bytes bigint
);

CREATE TABLE account_user (
    account_id text NOT NULL REFERENCES account ON DELETE CASCADE,
    user_name text NOT NULL,
    user_id text NOT NULL,
    created timestamptz NOT NULL,
    PRIMARY KEY (account_id, user_name)
);

-- Names that differ only in case are one name, as in AWS.
CREATE UNIQUE INDEX account_user_name_unique ON account_user (account_id, lower(user_name));

CREATE TABLE access_key (
    access_key_id text PRIMARY KEY,
    account_id text NOT NULL REFERENCES account ON DELETE CASCADE,
    user_name text,
    secret bytea NOT NULL,
    created timestamptz NOT NULL,
    FOREIGN KEY (account_id, user_name) REFERENCES account_user ON DELETE CASCADE
);

COMMENT ON COLUMN access_key.user_name IS 'null for a key of the account''s root';
COMMENT ON COLUMN access_key.secret IS 'AES-256-GCM under the key file of the data folder';

CREATE INDEX access_key_owner ON access_key (account_id, user_name);

CREATE TABLE user_policy (
    account_id text NOT NULL,
    user_name text NOT NULL,
    policy_name text NOT NULL,
    document text NOT NULL,
    PRIMARY KEY (account_id, user_name, policy_name),
    FOREIGN KEY (account_id, user_name) REFERENCES account_user ON DELETE CASCADE
);
