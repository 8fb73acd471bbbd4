-- Host names of accounts, each mapped to a stage of an API, with the certificate that it has.

create table api_domains (
    host text primary key check (host ~ '^[a-z0-9.-]{4,253}$'),
    account_id text not null check (account_id ~ '^[0-9]{12}$'),
    api_id text not null references apis on delete cascade,
    stage text not null check (stage <> ''),
    https_only boolean not null,
    created timestamptz not null,
    modified timestamptz not null,

    -- PEM; the key is encrypted under the name of the host
    certificates text,
    private_key bytea,

    -- Whether certificates are obtained by ACME, and how far the order of the next one is.
    acme boolean not null,
    progress text not null,
    failures integer not null default 0 check (failures >= 0),
    last_error text not null default '',
    next_attempt timestamptz,
    order_url text,
    order_keys bytea,
    challenge_token text,
    challenge_answer text,

    check ((certificates is null) = (private_key is null)),
    check ((order_url is null) = (order_keys is null)),
    check ((challenge_token is null) = (challenge_answer is null)),
    check (acme or next_attempt is null)
);

create index api_domains_by_account on api_domains (account_id);
create index api_domains_by_api on api_domains (api_id);

-- Who this cloud is towards a certificate authority; the keys are encrypted under its address.
create table acme_accounts (
    directory text primary key check (directory <> ''),
    keys bytea not null,
    created timestamptz not null
);
