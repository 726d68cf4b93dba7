-- The audit trail. An intent and its outcome share `attempt`; a refusal has none.
CREATE TABLE entries (
    seq        BIGINT  GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at         BIGINT  NOT NULL,
    kind       TEXT    NOT NULL CHECK (kind IN ('intent', 'outcome', 'refusal')),
    attempt    TEXT,
    request_id TEXT,
    actor      TEXT    NOT NULL,
    body       TEXT    NOT NULL,
    CHECK ((attempt IS NULL) = (kind = 'refusal'))
);

-- One outcome to an intent, whoever writes it first.
CREATE UNIQUE INDEX entries_by_attempt ON entries (attempt, kind);
CREATE INDEX entries_by_request ON entries (request_id, seq) WHERE request_id IS NOT NULL;
CREATE INDEX entries_intents ON entries (at) WHERE kind = 'intent';

CREATE FUNCTION refuse_to_change_entries() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit trail is append-only';
END;
$$;

CREATE TRIGGER entries_are_not_changed BEFORE UPDATE OR DELETE ON entries
    FOR EACH ROW EXECUTE FUNCTION refuse_to_change_entries();

CREATE TRIGGER entries_are_not_truncated BEFORE TRUNCATE ON entries
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_entries();
