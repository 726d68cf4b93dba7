-- Azure Policy looks at the machines of a subscription anew: one at a time, whoever asks.
CREATE TABLE compliance_scans (
    id TEXT PRIMARY KEY,
    subscription TEXT NOT NULL,
    begun_at BIGINT NOT NULL,
    begun_by TEXT NOT NULL,
    -- Where Azure tells how it goes; NULL until it has said so.
    link TEXT,
    ended_at BIGINT,
    problem TEXT
);
CREATE UNIQUE INDEX compliance_scans_going_on ON compliance_scans (subscription) WHERE ended_at IS NULL;
CREATE INDEX compliance_scans_by_time ON compliance_scans (begun_at);
