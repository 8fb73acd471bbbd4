INSERT INTO first VALUES ('a; b'); CREATE INDEX ON first (upper(name));
