-- Requests of one client to one API in one period; only ever added to.
CREATE TABLE quota_use (
    client_id text NOT NULL,
    api_id text NOT NULL,
    period text NOT NULL,
    starts timestamptz NOT NULL,
    ends timestamptz NOT NULL,
    used bigint NOT NULL,
    PRIMARY KEY (client_id, api_id, period, starts)
);

CREATE INDEX quota_use_ends ON quota_use (ends);
