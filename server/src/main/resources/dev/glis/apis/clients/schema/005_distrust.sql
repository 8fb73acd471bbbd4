-- Accounts whose use of an API its publisher has stopped: another application of theirs waits for
-- the publisher's approval. Kept when the subscription or the application ends.
CREATE TABLE api_distrust (
    api_id text NOT NULL,
    account_id text NOT NULL,
    since timestamptz NOT NULL,
    PRIMARY KEY (api_id, account_id)
);
