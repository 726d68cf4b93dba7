-- How many machines of a resource group were in which state on a day, by assignment; the empty one has
-- the worst of all for each machine.
CREATE TABLE compliance_days (
    day BIGINT NOT NULL,
    subscription TEXT NOT NULL,
    resource_group TEXT NOT NULL,
    assignment TEXT NOT NULL,
    name TEXT NOT NULL,
    non_compliant BIGINT NOT NULL,
    compliant BIGINT NOT NULL,
    exempt BIGINT NOT NULL,
    other BIGINT NOT NULL,
    not_covered BIGINT NOT NULL,
    PRIMARY KEY (day, subscription, resource_group, assignment)
);
