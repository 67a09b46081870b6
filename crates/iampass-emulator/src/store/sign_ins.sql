-- What schema 3 has beyond schema 2.

-- What the page of a user's phone is reached by. NULL without a phone.
ALTER TABLE users ADD COLUMN phone_token TEXT;
CREATE UNIQUE INDEX users_by_phone ON users (phone_token) WHERE phone_token IS NOT NULL;

CREATE TABLE sign_ins (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    session_token TEXT NOT NULL UNIQUE,
    session_secret TEXT NOT NULL,
    application INTEGER NOT NULL,
    user_id TEXT NOT NULL,
    -- A list with commas; empty if IAMPASS chooses.
    methods TEXT NOT NULL,
    session_status TEXT NOT NULL,
    duration_seconds INTEGER NOT NULL,
    -- Unix seconds of the emulator's clock.
    started_at INTEGER NOT NULL,
    -- When it times out, or the session is over, by the same clock. NULL when it has ended.
    ends_at INTEGER,
    -- Counts those that have ended, in that order. NULL until then.
    ended INTEGER UNIQUE,
    -- Its automatic outcome, and when that is due, in Unix milliseconds of the machine's clock.
    outcome TEXT,
    outcome_at_ms INTEGER
) STRICT;

CREATE INDEX open_sign_ins_of_user ON sign_ins (application, user_id, number) WHERE ends_at IS NOT NULL;
CREATE INDEX sign_ins_by_end ON sign_ins (ends_at) WHERE ends_at IS NOT NULL;
CREATE INDEX sign_ins_by_outcome ON sign_ins (outcome_at_ms) WHERE outcome_at_ms IS NOT NULL;

-- The automatic outcome of a user's sign-ins.
CREATE TABLE sign_in_outcomes (
    application INTEGER NOT NULL,
    user_id TEXT NOT NULL,
    outcome TEXT NOT NULL,
    after_ms INTEGER NOT NULL,
    PRIMARY KEY (application, user_id)
) STRICT, WITHOUT ROWID;
