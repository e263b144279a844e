-- Versions of the reply texts that the team publishes, each laid over the two files of that name. The last of a name is in
-- force; none is changed or deleted. reference_state names them too, together with the corrections of reference rows.
CREATE TABLE reply_version (
    id TEXT PRIMARY KEY,
    -- Name of the reply or part, as its files have it without language.
    reply TEXT NOT NULL,
    -- The whole files; NULL, both: the files count again.
    french TEXT,
    english TEXT,
    -- Digest of the files that it was written over: they may change with the program.
    files TEXT NOT NULL,
    -- Why, for the team; may be empty.
    note TEXT NOT NULL,
    actor JSONB NOT NULL,
    made_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX reply_version_reply ON reply_version (reply, made_at, id);

-- What the figures of the dashboards are counted from: each holds all that its count reads, so that no wide row is touched.
CREATE INDEX ticket_figures ON ticket (opened_at, history, category, channel, organisation_kind, id);
CREATE INDEX outbox_figures ON outbox (ticket_id, kind, unattended, sent_at);
CREATE INDEX message_figures ON message (ticket_id, direction, received_at);
