-- What AWS's control API tells apart: every part has an ID, and integrations exist without routes.

-- Title, version and tags.
alter table apis add column details jsonb not null default '{}';

alter table api_routes
    add column route_id text not null default substr(md5(gen_random_uuid()::text), 1, 10);

-- Null if the route's backend is its own; empty if nothing is attached to it, so that it is not served.
alter table api_routes add column integration_id text;

create unique index api_routes_by_id on api_routes (api_id, route_id);

create table api_integrations (
    api_id text not null references apis on delete cascade,
    integration_id text not null check (integration_id <> ''),
    integration jsonb not null,
    primary key (api_id, integration_id)
);

-- Of authorizers, which are settings of their API, the IDs of those that were made with one.
create table api_authorizer_ids (
    api_id text not null references apis on delete cascade,
    authorizer_id text not null check (authorizer_id <> ''),
    name text not null,
    details jsonb not null,
    primary key (api_id, authorizer_id),
    unique (api_id, name)
);

-- Of stages: also of those that serve nothing yet.
create table api_stage_details (
    api_id text not null references apis on delete cascade,
    name text not null check (name <> ''),
    details jsonb not null,
    created timestamptz not null,
    modified timestamptz not null,
    primary key (api_id, name)
);
