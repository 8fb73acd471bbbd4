-- Responses of one API that were written together, compressed, with what tells a search that it need
-- not read them: which classes of status are among them (bit 5 for 5xx), the longest latency, and the
-- clients and routes, unless these are many.
CREATE TABLE api_responses (
    id uuid PRIMARY KEY,
    account_id text NOT NULL,
    api_id text NOT NULL,
    first_time timestamptz NOT NULL,
    last_time timestamptz NOT NULL,
    expires timestamptz NOT NULL,
    classes integer NOT NULL,
    slowest_us bigint NOT NULL,
    clients text[],
    routes text[],
    content bytea NOT NULL
);
ALTER TABLE api_responses ALTER COLUMN content SET STORAGE EXTERNAL;
CREATE INDEX api_responses_by_time ON api_responses (account_id, api_id, last_time DESC, id DESC);
CREATE INDEX api_responses_by_age ON api_responses (expires);
