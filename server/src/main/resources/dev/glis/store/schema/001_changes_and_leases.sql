CREATE TABLE change_source (
    source text COLLATE "C" PRIMARY KEY,
    last bigint NOT NULL
) WITH (fillfactor = 50);

CREATE TABLE change_feed (
    source text COLLATE "C" NOT NULL,
    position bigint NOT NULL,
    time timestamptz NOT NULL,
    json jsonb NOT NULL,
    PRIMARY KEY (source, position)
);

CREATE TABLE lease (
    name text COLLATE "C" PRIMARY KEY,
    holder text NOT NULL,
    expires timestamptz NOT NULL
);
