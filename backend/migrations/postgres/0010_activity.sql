-- The trail is looked through from the newest entry of a stretch of time on.
CREATE INDEX entries_by_time ON entries (at, seq);
