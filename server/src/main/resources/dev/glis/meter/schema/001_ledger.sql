-- Usage by account, resource, metric and hour; only ever added to.
CREATE TABLE meter_ledger (
    account_id text NOT NULL,
    resource text NOT NULL,
    hour timestamptz NOT NULL,
    metric text NOT NULL,
    quantity bigint NOT NULL,
    PRIMARY KEY (account_id, resource, hour, metric)
);

-- The last batch that each running server has added, so that no batch is added twice.
CREATE TABLE meter_writers (
    writer text PRIMARY KEY,
    sequence bigint NOT NULL,
    written_at timestamptz NOT NULL
);
