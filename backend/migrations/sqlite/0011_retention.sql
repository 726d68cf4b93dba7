-- Where the trail begins: the last entry that is not kept any more, and its hash.
CREATE TABLE trail_start (
    one  INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    seq  INTEGER NOT NULL,
    hash TEXT    NOT NULL
) STRICT;

INSERT INTO trail_start (one, seq, hash)
VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000');

-- It moves forward, and only to the entry of which the newest one says that the trail is shortened up to it.
CREATE TRIGGER the_start_is_where_the_trail_says BEFORE UPDATE ON trail_start
WHEN NEW.one <> OLD.one OR NEW.seq <= OLD.seq
    OR NOT EXISTS (SELECT 1 FROM entries WHERE seq = NEW.seq AND hash = NEW.hash)
    OR NOT EXISTS (
        SELECT 1 FROM entries WHERE seq = (SELECT seq FROM trail_head) AND seq > NEW.seq AND kind = 'event'
            AND body = '{"event":"trail_shortened","hash":"' || NEW.hash || '","through":' || NEW.seq || '}')
BEGIN
    SELECT RAISE(ABORT, 'the audit trail is append-only');
END;

CREATE TRIGGER the_start_is_not_deleted BEFORE DELETE ON trail_start
BEGIN
    SELECT RAISE(ABORT, 'the audit trail is append-only');
END;

DROP TRIGGER entries_are_not_deleted;

CREATE TRIGGER entries_are_not_deleted BEFORE DELETE ON entries
WHEN NOT EXISTS (SELECT 1 FROM trail_start WHERE OLD.seq <= seq)
BEGIN
    SELECT RAISE(ABORT, 'the audit trail is append-only');
END;
