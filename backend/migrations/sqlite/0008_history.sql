-- Who is named in a request, in small letters, to look it up by.
ALTER TABLE requests ADD COLUMN people TEXT NOT NULL DEFAULT '';
UPDATE requests SET people = lower(
    coalesce(json_extract(body, '$.requested_by.name'), '') || char(10) ||
    coalesce(json_extract(body, '$.requested_by.username'), '') || char(10) ||
    coalesce(json_extract(body, '$.requested_for'), '') || char(10) ||
    coalesce(json_extract(body, '$.handed_over.by.username'), ''));

CREATE INDEX requests_by_time ON requests (created_at, id);

-- The rules of the network around a request, as they were read at a moment of it. `body` is JSON.
CREATE TABLE rules_seen (
    request TEXT   NOT NULL,
    moment  TEXT   NOT NULL,
    read_at BIGINT NOT NULL,
    body    TEXT   NOT NULL,
    PRIMARY KEY (request, moment)
);
