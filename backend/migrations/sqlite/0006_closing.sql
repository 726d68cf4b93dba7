-- A request that is being closed early is not over either.
DROP INDEX requests_unfinished;
CREATE INDEX requests_unfinished ON requests (id) WHERE state IN ('requesting', 'opening', 'open', 'closing');
