-- The list as one lives in it: requests put off, views a person keeps, keys a person chooses, acts on many requests at
-- once, and what makes the list quick over many tickets.

-- What kind of body writes (state, local, company, …); NULL: not known.
ALTER TABLE ticket ADD COLUMN organisation_kind TEXT;

-- The lists are found in these alone: the rows of ticket are wide.
DROP INDEX ticket_status;
CREATE INDEX ticket_status ON ticket (status, opened_at, id, category, channel, assignee, organisation_kind, contested);
DROP INDEX ticket_opened;
CREATE INDEX ticket_opened ON ticket (opened_at, id, status, category, channel, assignee, organisation_kind);
CREATE INDEX ticket_category ON ticket (category, opened_at, id, status, channel, assignee, organisation_kind);
CREATE INDEX ticket_assignee ON ticket (assignee, opened_at, id, status, category, channel, organisation_kind);
CREATE INDEX ticket_kind ON ticket (organisation_kind, opened_at, id, status, category, channel, assignee);
CREATE INDEX ticket_contested ON ticket (contested, status, opened_at, id);
CREATE INDEX ticket_updated ON ticket (updated_at, id, status);

CREATE TABLE snooze (
    ticket_id TEXT PRIMARY KEY REFERENCES ticket (id),
    -- NULL: until somebody writes.
    until TIMESTAMPTZ,
    account_id TEXT NOT NULL,
    set_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX snooze_until ON snooze (until);

CREATE TABLE saved_view (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES account (id),
    name TEXT NOT NULL,
    -- The address of the list, without its host.
    address TEXT NOT NULL,
    shared BOOLEAN NOT NULL,
    made_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX saved_view_account ON saved_view (account_id);

CREATE TABLE preference (
    account_id TEXT PRIMARY KEY REFERENCES account (id),
    keys_on BOOLEAN NOT NULL,
    -- Act to key, where it is not the usual one, as JSON that serde writes.
    keys JSONB NOT NULL
);

CREATE TABLE bulk_act (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL,
    -- close, refuse, answer, assign.
    kind TEXT NOT NULL,
    made_at TIMESTAMPTZ NOT NULL,
    undone_at TIMESTAMPTZ
);

CREATE TABLE bulk_item (
    bulk_id TEXT NOT NULL REFERENCES bulk_act (id),
    ticket_id TEXT NOT NULL REFERENCES ticket (id),
    -- The version the person saw: the act makes the next one of it.
    version BIGINT NOT NULL,
    -- What an undo brings back, as JSON that serde writes.
    before JSONB NOT NULL,
    -- Why it was left out; NULL: it was done.
    left_because TEXT,
    PRIMARY KEY (bulk_id, ticket_id)
);
