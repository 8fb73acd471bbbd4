CREATE TABLE plan (
    plan_id text PRIMARY KEY,
    account_id text NOT NULL,
    name text NOT NULL,
    limits jsonb NOT NULL,
    created timestamptz NOT NULL,
    CONSTRAINT plan_name_unique UNIQUE (account_id, name)
);

COMMENT ON COLUMN plan.account_id IS 'the publisher''s';

CREATE TABLE subscription (
    client_id text NOT NULL REFERENCES application ON DELETE CASCADE,
    api_id text NOT NULL,
    plan_id text NOT NULL CONSTRAINT subscription_plan REFERENCES plan,
    state text NOT NULL,
    requested timestamptz NOT NULL,
    requested_by text NOT NULL,
    decided timestamptz,
    decided_by text,
    PRIMARY KEY (client_id, api_id)
);

CREATE INDEX subscription_api ON subscription (api_id);
CREATE INDEX subscription_plan_users ON subscription (plan_id);
