-- Changes of just-in-time policies for many machines. One part is what is written to one policy.
-- `body` is all that is kept of either, as JSON; the other columns are what it is looked up by.
CREATE TABLE changes (
    id         TEXT   COLLATE "C" NOT NULL PRIMARY KEY,
    realm      TEXT   NOT NULL,
    subject    TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    state      TEXT   NOT NULL,
    body       TEXT   NOT NULL
);

CREATE INDEX changes_by_person ON changes (realm, subject, id);
CREATE INDEX changes_unfinished ON changes (id) WHERE state <> 'over';

CREATE TABLE change_parts (
    change_id TEXT   NOT NULL,
    part      BIGINT NOT NULL,
    state     TEXT   NOT NULL,
    machines  BIGINT NOT NULL,
    body      TEXT   NOT NULL,
    PRIMARY KEY (change_id, part)
);
