-- The audit trail. An intent and its outcome share `attempt`; refusals and events have none.
--
-- Entries are a chain: `seq` counts from 1 without gaps, `prev` is the hash of the entry before,
-- and `hash` is over all other columns. docs/audit.md says how.
CREATE TABLE entries (
    seq        BIGINT NOT NULL PRIMARY KEY,
    version    BIGINT NOT NULL,
    at         BIGINT NOT NULL,
    kind       TEXT   NOT NULL CHECK (kind IN ('intent', 'outcome', 'refusal', 'event')),
    attempt    TEXT,
    request_id TEXT,
    actor      TEXT   NOT NULL,
    body       TEXT   NOT NULL,
    prev       TEXT   NOT NULL,
    hash       TEXT   NOT NULL,
    CHECK ((attempt IS NULL) = (kind IN ('refusal', 'event')))
);

-- One outcome to an intent, whoever writes it first.
CREATE UNIQUE INDEX entries_by_attempt ON entries (attempt, kind);
CREATE INDEX entries_by_request ON entries (request_id, seq) WHERE request_id IS NOT NULL;
CREATE INDEX entries_intents ON entries (at) WHERE kind = 'intent';

-- The last entry: what the next one follows, and what tells that the tail was cut off.
CREATE TABLE trail_head (
    one  BIGINT NOT NULL PRIMARY KEY CHECK (one = 1),
    seq  BIGINT NOT NULL,
    hash TEXT   NOT NULL
);

INSERT INTO trail_head (one, seq, hash)
VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000');

CREATE FUNCTION follow_the_head() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM trail_head WHERE NEW.seq = seq + 1 AND NEW.prev = hash) THEN
        RAISE EXCEPTION 'an entry of the audit trail follows the last one';
    END IF;
    RETURN NEW;
END;
$$;

CREATE FUNCTION move_the_head() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE trail_head SET seq = NEW.seq, hash = NEW.hash;
    RETURN NULL;
END;
$$;

CREATE FUNCTION refuse_to_move_the_head() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.seq = OLD.seq + 1 AND NEW.one = OLD.one AND EXISTS (
        SELECT 1 FROM entries WHERE seq = NEW.seq AND hash = NEW.hash AND prev = OLD.hash)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the audit trail is append-only';
END;
$$;

CREATE FUNCTION refuse_to_change_entries() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit trail is append-only';
END;
$$;

CREATE TRIGGER entries_follow_the_head BEFORE INSERT ON entries
    FOR EACH ROW EXECUTE FUNCTION follow_the_head();

CREATE TRIGGER the_head_follows_entries AFTER INSERT ON entries
    FOR EACH ROW EXECUTE FUNCTION move_the_head();

CREATE TRIGGER entries_are_not_changed BEFORE UPDATE OR DELETE ON entries
    FOR EACH ROW EXECUTE FUNCTION refuse_to_change_entries();

CREATE TRIGGER entries_are_not_truncated BEFORE TRUNCATE ON entries
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_entries();

CREATE TRIGGER the_head_is_not_moved BEFORE UPDATE ON trail_head
    FOR EACH ROW EXECUTE FUNCTION refuse_to_move_the_head();

CREATE TRIGGER the_head_is_not_deleted BEFORE DELETE ON trail_head
    FOR EACH ROW EXECUTE FUNCTION refuse_to_change_entries();

CREATE TRIGGER the_head_is_not_truncated BEFORE TRUNCATE ON trail_head
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_entries();

-- For every role, and also where a session says that it only replays what another server did.
ALTER TABLE entries ENABLE ALWAYS TRIGGER entries_follow_the_head;
ALTER TABLE entries ENABLE ALWAYS TRIGGER the_head_follows_entries;
ALTER TABLE entries ENABLE ALWAYS TRIGGER entries_are_not_changed;
ALTER TABLE entries ENABLE ALWAYS TRIGGER entries_are_not_truncated;
ALTER TABLE trail_head ENABLE ALWAYS TRIGGER the_head_is_not_moved;
ALTER TABLE trail_head ENABLE ALWAYS TRIGGER the_head_is_not_deleted;
ALTER TABLE trail_head ENABLE ALWAYS TRIGGER the_head_is_not_truncated;
