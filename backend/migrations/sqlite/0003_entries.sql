-- The audit trail. An intent and its outcome share `attempt`; refusals and events have none.
--
-- Entries are a chain: `seq` counts from 1 without gaps, `prev` is the hash of the entry before,
-- and `hash` is over all other columns. docs/audit.md says how.
CREATE TABLE entries (
    seq        INTEGER NOT NULL PRIMARY KEY,
    version    INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    kind       TEXT    NOT NULL CHECK (kind IN ('intent', 'outcome', 'refusal', 'event')),
    attempt    TEXT,
    request_id TEXT,
    actor      TEXT    NOT NULL,
    body       TEXT    NOT NULL,
    prev       TEXT    NOT NULL,
    hash       TEXT    NOT NULL,
    CHECK ((attempt IS NULL) = (kind IN ('refusal', 'event')))
) STRICT;

-- One outcome to an intent, whoever writes it first.
CREATE UNIQUE INDEX entries_by_attempt ON entries (attempt, kind);
CREATE INDEX entries_by_request ON entries (request_id, seq) WHERE request_id IS NOT NULL;
CREATE INDEX entries_intents ON entries (at) WHERE kind = 'intent';

-- The last entry: what the next one follows, and what tells that the tail was cut off.
CREATE TABLE trail_head (
    one  INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    seq  INTEGER NOT NULL,
    hash TEXT    NOT NULL
) STRICT;

INSERT INTO trail_head (one, seq, hash)
VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000');

CREATE TRIGGER entries_follow_the_head BEFORE INSERT ON entries
WHEN NEW.seq <> (SELECT seq + 1 FROM trail_head) OR NEW.prev <> (SELECT hash FROM trail_head)
BEGIN
    SELECT RAISE(ABORT, 'an entry of the audit trail follows the last one');
END;

CREATE TRIGGER the_head_follows_entries AFTER INSERT ON entries
BEGIN
    UPDATE trail_head SET seq = NEW.seq, hash = NEW.hash;
END;

CREATE TRIGGER entries_are_not_changed BEFORE UPDATE ON entries
BEGIN
    SELECT RAISE(ABORT, 'the audit trail is append-only');
END;

CREATE TRIGGER entries_are_not_deleted BEFORE DELETE ON entries
BEGIN
    SELECT RAISE(ABORT, 'the audit trail is append-only');
END;

CREATE TRIGGER the_head_is_not_moved BEFORE UPDATE ON trail_head
WHEN NEW.seq <> OLD.seq + 1 OR NEW.one <> OLD.one OR NOT EXISTS (
    SELECT 1 FROM entries WHERE seq = NEW.seq AND hash = NEW.hash AND prev = OLD.hash)
BEGIN
    SELECT RAISE(ABORT, 'the audit trail is append-only');
END;

CREATE TRIGGER the_head_is_not_deleted BEFORE DELETE ON trail_head
BEGIN
    SELECT RAISE(ABORT, 'the audit trail is append-only');
END;
