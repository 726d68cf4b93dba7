-- Access that one person prepares and another has opened. `body` is all that is kept of it, as
-- JSON; the other columns are what it is looked up by. Of its secrets there are only hashes.
CREATE TABLE handoffs (
    id         TEXT   COLLATE "C" NOT NULL PRIMARY KEY,
    realm      TEXT   NOT NULL,
    subject    TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    state      TEXT   NOT NULL,
    body       TEXT   NOT NULL
);

CREATE INDEX handoffs_by_person ON handoffs (realm, subject, id);
CREATE INDEX handoffs_prepared ON handoffs (expires_at) WHERE state = 'prepared';
