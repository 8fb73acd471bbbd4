-- What APIs answered, counted. A series is all calls that have these six in common; '' is none.
CREATE TABLE api_series (
    series_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id text NOT NULL,
    api_id text NOT NULL,
    stage text NOT NULL,
    route text NOT NULL,
    client_id text NOT NULL,
    status integer NOT NULL,
    UNIQUE (account_id, api_id, stage, route, client_id, status)
);

-- Sums of a series: in minutes (step 0), which later move to hours (1), which later move to days (2).
-- Each call is in one of the three.
CREATE TABLE api_usage (
    series_id bigint NOT NULL,
    step integer NOT NULL CHECK (step BETWEEN 0 AND 2),
    time timestamptz NOT NULL,
    calls bigint NOT NULL,
    request_bytes bigint NOT NULL,
    response_bytes bigint NOT NULL,
    total_us bigint NOT NULL,
    wait_us bigint NOT NULL,
    initialisation_us bigint NOT NULL,
    backend_us bigint NOT NULL,
    latencies bytea NOT NULL,
    PRIMARY KEY (series_id, step, time)
) WITH (fillfactor = 70);
CREATE INDEX api_usage_by_age ON api_usage (step, time);
