-- Up to where the audit trail was looked through for what others are to be told.
CREATE TABLE outbox_cursor (
    one INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    seq INTEGER NOT NULL
) STRICT;

-- What others are to be told, until it was delivered or given up. Whoever delivers a row holds it until
-- `held_until`.
CREATE TABLE outbox (
    id         TEXT NOT NULL PRIMARY KEY,
    target     TEXT NOT NULL,
    recipient  TEXT NOT NULL,
    seq        INTEGER NOT NULL,
    body       TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    next_at    INTEGER NOT NULL,
    tries      INTEGER NOT NULL,
    holder     TEXT NOT NULL,
    held_until INTEGER NOT NULL,
    UNIQUE (target, recipient, seq)
) STRICT;

CREATE INDEX outbox_by_time ON outbox (target, next_at);
