-- Shareable links through Bastions, from the moment one is wanted until it is known to be gone.
-- The link itself is not kept: whoever has it gets in. `vm` and `bastion` are folded ids.
CREATE TABLE links (
    request  TEXT   COLLATE "C" NOT NULL PRIMARY KEY,
    vm       TEXT   NOT NULL,
    bastion  TEXT   NOT NULL,
    state    TEXT   NOT NULL,
    attempts BIGINT NOT NULL,
    due_at   BIGINT NOT NULL
);
