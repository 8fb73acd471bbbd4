-- APIs as their publishers work on them, and what of them is served.

create table apis (
    api_id text primary key check (api_id ~ '^[a-z0-9]{10}$'),
    account_id text not null check (account_id ~ '^[0-9]{12}$'),
    name text not null check (name <> ''),
    -- the first part of its host name; nobody else's may be the same
    label text not null unique,
    settings jsonb not null,
    created timestamptz not null,
    modified timestamptz not null,
    last_deployment integer not null default 0 check (last_deployment >= 0),
    unique (account_id, name)
);

-- One row a route, so that changing one of many thousand costs the same as changing the only one.
create table api_routes (
    api_id text not null references apis on delete cascade,
    route_key text not null check (route_key <> ''),
    route jsonb not null,
    primary key (api_id, route_key)
);

-- What an API was when it was deployed: never changed. The definition is JSON, compressed.
create table api_deployments (
    api_id text not null references apis on delete cascade,
    number integer not null check (number > 0),
    description text not null,
    created timestamptz not null,
    definition bytea not null,
    primary key (api_id, number)
);

create table api_stages (
    api_id text not null references apis on delete cascade,
    name text not null check (name <> ''),
    deployment integer not null,
    previous integer,
    other_deployment integer,
    other_percent double precision check (other_percent between 0 and 100),
    modified timestamptz not null,
    primary key (api_id, name),
    foreign key (api_id, deployment) references api_deployments,
    foreign key (api_id, other_deployment) references api_deployments,
    check ((other_deployment is null) = (other_percent is null))
);
