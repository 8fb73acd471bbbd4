-- Functions and all that belongs to them. Version 0 is $LATEST; the qualifier '' is none.

-- Grows with each change of what runs, so that instances of an older state can be told apart.
create sequence function_revision;

-- A package of code, of functions or layers alike: a blob of this hash. Whoever drops a reference
-- sets unreferenced_since; the sweeper looks whether others are left.
create table code_packages (
    sha256 text primary key check (sha256 ~ '^[0-9a-f]{64}$'),
    size_bytes bigint not null check (size_bytes >= 0),
    unpacked_bytes bigint not null check (unpacked_bytes >= 0),
    unreferenced_since timestamptz
);
create index code_packages_unreferenced on code_packages (unreferenced_since)
    where unreferenced_since is not null;

create table functions (
    function_id bigint generated always as identity primary key,
    account_id text not null check (account_id ~ '^[0-9]{12}$'),
    name text not null check (name <> ''),
    created timestamptz not null,
    last_version bigint not null default 0 check (last_version >= 0),
    reserved_concurrency integer check (reserved_concurrency >= 0),
    tags jsonb not null default '{}',
    unique (account_id, name)
);
create index functions_reserved on functions (function_id) where reserved_concurrency is not null;

create table function_versions (
    function_id bigint not null references functions on delete cascade,
    version bigint not null check (version >= 0),
    account_id text not null,
    revision bigint not null,
    revision_id text not null,
    modified timestamptz not null,
    settings jsonb not null,
    code_sha256 text not null references code_packages,
    code_bytes bigint not null,
    primary key (function_id, version)
);
create index function_versions_code on function_versions (code_sha256);

create table function_version_layers (
    function_id bigint not null,
    version bigint not null,
    position integer not null,
    sha256 text not null references code_packages,
    primary key (function_id, version, position),
    foreign key (function_id, version) references function_versions on delete cascade
);
create index function_version_layers_code on function_version_layers (sha256);

create table function_aliases (
    function_id bigint not null references functions on delete cascade,
    name text not null check (name !~ '^[0-9]*$'),
    version bigint not null,
    additional_version bigint,
    additional_weight double precision check (additional_weight between 0 and 1),
    description text not null,
    revision_id text not null,
    primary key (function_id, name),
    check ((additional_version is null) = (additional_weight is null))
);

create table function_policies (
    function_id bigint not null references functions on delete cascade,
    qualifier text not null,
    revision_id text not null,
    document jsonb not null,
    primary key (function_id, qualifier)
);

create table function_queue_policies (
    function_id bigint not null references functions on delete cascade,
    qualifier text not null,
    maximum_age_seconds integer check (maximum_age_seconds > 0),
    maximum_retries integer check (maximum_retries >= 0),
    on_success text,
    on_failure text,
    modified timestamptz not null,
    primary key (function_id, qualifier)
);

create table function_urls (
    url_id text primary key,
    function_id bigint not null references functions on delete cascade,
    qualifier text not null,
    auth_type text not null check (auth_type in ('NONE', 'AWS_IAM')),
    invoke_mode text not null check (invoke_mode in ('BUFFERED', 'RESPONSE_STREAM')),
    cors jsonb,
    created timestamptz not null,
    modified timestamptz not null,
    unique (function_id, qualifier)
);

create table function_provisioned (
    function_id bigint not null references functions on delete cascade,
    qualifier text not null check (qualifier <> ''),
    instances integer not null check (instances > 0),
    modified timestamptz not null,
    primary key (function_id, qualifier)
);

create table layers (
    layer_id bigint generated always as identity primary key,
    account_id text not null check (account_id ~ '^[0-9]{12}$'),
    name text not null check (name <> ''),
    last_version bigint not null default 0,
    unique (account_id, name)
);

create table layer_versions (
    layer_id bigint not null references layers,
    version bigint not null check (version > 0),
    account_id text not null,
    created timestamptz not null,
    description text not null,
    license text not null,
    runtimes jsonb not null,
    architectures jsonb not null,
    code_sha256 text not null references code_packages,
    code_bytes bigint not null,
    policy jsonb,
    policy_revision_id text,
    primary key (layer_id, version)
);
create index layer_versions_code on layer_versions (code_sha256);

-- What an account's packages take, each version counted as AWS does; kept by triggers, so that it
-- is right whatever deletes a row.
create table code_usage (
    account_id text primary key,
    bytes bigint not null
);

create function count_code() returns trigger language plpgsql as $$
declare
    account text := case when tg_op = 'DELETE' then old.account_id else new.account_id end;
    difference bigint := case when tg_op = 'INSERT' then 0 else -old.code_bytes end
        + case when tg_op = 'DELETE' then 0 else new.code_bytes end;
begin
    if difference <> 0 then
        insert into code_usage (account_id, bytes) values (account, difference)
            on conflict (account_id) do update set bytes = code_usage.bytes + excluded.bytes;
    end if;
    return null;
end $$;

create trigger function_versions_count after insert or delete or update of code_bytes
    on function_versions for each row execute function count_code();
create trigger layer_versions_count after insert or delete or update of code_bytes
    on layer_versions for each row execute function count_code();

-- One random key for the links under which code can be downloaded.
create table code_link_key (
    only_one boolean primary key default true check (only_one),
    secret text not null
);
