-- Requests for access. `body` is the whole request as JSON; the other columns are what it is
-- looked up by. Ids are version 7 UUIDs, so that their order is the order of creation.
CREATE TABLE requests (
    id             TEXT   NOT NULL PRIMARY KEY,
    vm             TEXT   NOT NULL,
    realm          TEXT   NOT NULL,
    subject        TEXT   NOT NULL,
    policy         TEXT   NOT NULL,
    created_at     BIGINT NOT NULL,
    ends_at        BIGINT NOT NULL,
    state          TEXT   NOT NULL,
    correlation_id TEXT,
    body           TEXT   NOT NULL
);

CREATE INDEX requests_by_vm ON requests (vm, id);
CREATE INDEX requests_by_person ON requests (realm, subject, id);
CREATE INDEX requests_unfinished ON requests (id) WHERE state IN ('requesting', 'opening', 'open');
