-- The owners that were asked in a week to protect their machines, because the settings say so. A row
-- without an owner says that the week is done.
CREATE TABLE owner_weeks (
    week  TEXT NOT NULL,
    owner TEXT NOT NULL,
    at    INTEGER NOT NULL,
    PRIMARY KEY (week, owner)
) STRICT;
