-- Identifiers are compared byte by byte, as the wire has them.

CREATE TABLE applications (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    -- NULL when the program that started the emulator keeps the secret to itself.
    secret TEXT
) STRICT;

CREATE TABLE users (
    application INTEGER NOT NULL,
    id TEXT NOT NULL,
    has_device INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (application, id)
) STRICT, WITHOUT ROWID;

-- Links that can be used. They go when they are used or die, and leave their token behind.
CREATE TABLE open_links (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    token TEXT NOT NULL UNIQUE,
    application INTEGER NOT NULL,
    user_id TEXT NOT NULL,
    display_name TEXT,
    -- Unix seconds of the emulator's clock.
    made_at INTEGER NOT NULL
) STRICT;

CREATE INDEX open_links_of_user ON open_links (application, user_id);

-- So that a used or dead link can be told from an unknown one. Only the last ones are kept.
CREATE TABLE ended_links (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    token TEXT NOT NULL UNIQUE,
    used INTEGER NOT NULL
) STRICT;
