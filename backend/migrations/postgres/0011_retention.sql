-- Where the trail begins: the last entry that is not kept any more, and its hash.
CREATE TABLE trail_start (
    one  BIGINT NOT NULL PRIMARY KEY CHECK (one = 1),
    seq  BIGINT NOT NULL,
    hash TEXT   NOT NULL
);

INSERT INTO trail_start (one, seq, hash)
VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000');

-- It moves forward, and only to the entry of which the newest one says that the trail is shortened up to it.
CREATE FUNCTION refuse_to_move_the_start() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.one = OLD.one AND NEW.seq > OLD.seq
        AND EXISTS (SELECT 1 FROM entries WHERE seq = NEW.seq AND hash = NEW.hash)
        AND EXISTS (
            SELECT 1 FROM entries WHERE seq = (SELECT seq FROM trail_head) AND seq > NEW.seq AND kind = 'event'
                AND body = '{"event":"trail_shortened","hash":"' || NEW.hash || '","through":' || NEW.seq || '}')
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the audit trail is append-only';
END;
$$;

CREATE FUNCTION refuse_to_delete_what_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM trail_start WHERE OLD.seq <= seq) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'the audit trail is append-only';
END;
$$;

CREATE TRIGGER the_start_is_where_the_trail_says BEFORE UPDATE ON trail_start
    FOR EACH ROW EXECUTE FUNCTION refuse_to_move_the_start();

CREATE TRIGGER the_start_is_not_deleted BEFORE DELETE ON trail_start
    FOR EACH ROW EXECUTE FUNCTION refuse_to_change_entries();

CREATE TRIGGER the_start_is_not_truncated BEFORE TRUNCATE ON trail_start
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_entries();

DROP TRIGGER entries_are_not_changed ON entries;

CREATE TRIGGER entries_are_not_changed BEFORE UPDATE ON entries
    FOR EACH ROW EXECUTE FUNCTION refuse_to_change_entries();

CREATE TRIGGER entries_are_not_deleted BEFORE DELETE ON entries
    FOR EACH ROW EXECUTE FUNCTION refuse_to_delete_what_is_kept();

ALTER TABLE trail_start ENABLE ALWAYS TRIGGER the_start_is_where_the_trail_says;
ALTER TABLE trail_start ENABLE ALWAYS TRIGGER the_start_is_not_deleted;
ALTER TABLE trail_start ENABLE ALWAYS TRIGGER the_start_is_not_truncated;
ALTER TABLE entries ENABLE ALWAYS TRIGGER entries_are_not_changed;
ALTER TABLE entries ENABLE ALWAYS TRIGGER entries_are_not_deleted;
