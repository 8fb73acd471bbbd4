-- With whom an API is shared, and how; one without a row is its publisher's alone.
CREATE TABLE api_offer (
    api_id text PRIMARY KEY,
    offer jsonb NOT NULL
);

-- Kept when the subscription or the application ends.
CREATE TABLE terms_acceptance (
    api_id text NOT NULL,
    client_id text NOT NULL,
    version text NOT NULL,
    account_id text NOT NULL,
    accepted timestamptz NOT NULL,
    accepted_by text NOT NULL,
    PRIMARY KEY (api_id, client_id, version)
);
