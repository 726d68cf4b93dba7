-- Whoever opens a port looks whether the machine is on its way to another policy.
CREATE INDEX change_parts_working ON change_parts (change_id) WHERE state = 'working';
