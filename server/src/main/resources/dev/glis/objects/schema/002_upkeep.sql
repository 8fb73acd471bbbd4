-- When what is done once in a while was done last.
CREATE TABLE object_upkeep (
    name text COLLATE "C" PRIMARY KEY,
    done_at timestamptz NOT NULL
);
