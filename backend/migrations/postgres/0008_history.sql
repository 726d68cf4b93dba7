-- Who is named in a request, in small letters, to look it up by.
ALTER TABLE requests ADD COLUMN people TEXT NOT NULL DEFAULT '';
UPDATE requests SET people = lower(
    coalesce(body::json #>> '{requested_by,name}', '') || chr(10) ||
    coalesce(body::json #>> '{requested_by,username}', '') || chr(10) ||
    coalesce(body::json #>> '{requested_for}', '') || chr(10) ||
    coalesce(body::json #>> '{handed_over,by,username}', ''));

CREATE INDEX requests_by_time ON requests (created_at, id);

-- The rules of the network around a request, as they were read at a moment of it. `body` is JSON.
CREATE TABLE rules_seen (
    request TEXT   COLLATE "C" NOT NULL,
    moment  TEXT   NOT NULL,
    read_at BIGINT NOT NULL,
    body    TEXT   NOT NULL,
    PRIMARY KEY (request, moment)
);
