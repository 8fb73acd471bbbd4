CREATE TABLE first (name text PRIMARY KEY);
