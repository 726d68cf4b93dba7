-- Who is signed in. The browser holds the id; only its SHA-256 is kept here.
CREATE TABLE sessions (
    id_hash      TEXT   NOT NULL PRIMARY KEY,
    realm        TEXT   NOT NULL,
    subject      TEXT   NOT NULL,
    sid          TEXT,
    created_at   BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL,
    payload      BLOB   NOT NULL
);

CREATE INDEX sessions_by_person ON sessions (realm, subject);
CREATE INDEX sessions_by_sid ON sessions (sid) WHERE sid IS NOT NULL;
CREATE INDEX sessions_by_end ON sessions (expires_at);
