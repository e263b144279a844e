-- The journey of a request, one text for SQLite and PostgreSQL: keys are UUIDv7 made by us, times come from the clock
-- (UTC, microseconds), JSON is written and read by serde. Nothing here is edited once released: a change is a new file.

-- What came in, byte for byte. Never deleted by a fault; raw bytes live here and nowhere else.
CREATE TABLE arrival (
    id TEXT PRIMARY KEY,
    door TEXT NOT NULL,
    source_key TEXT NOT NULL UNIQUE,
    reference TEXT NOT NULL UNIQUE,
    received_at TIMESTAMPTZ NOT NULL,
    envelope JSONB NOT NULL,
    raw BYTEA NOT NULL,
    size BIGINT NOT NULL,
    state TEXT NOT NULL,
    outcome TEXT,
    ticket_id TEXT,
    cause TEXT,
    attempts BIGINT NOT NULL,
    leased_until TIMESTAMPTZ
);
CREATE INDEX arrival_state ON arrival (state, received_at, id);

CREATE TABLE ticket (
    id TEXT PRIMARY KEY,
    reference TEXT NOT NULL UNIQUE,
    status TEXT NOT NULL,
    channel TEXT NOT NULL,
    lang TEXT NOT NULL,
    category TEXT NOT NULL,
    subject TEXT NOT NULL,
    requester_name TEXT NOT NULL,
    requester_email TEXT NOT NULL,
    organisation TEXT NOT NULL,
    assignee TEXT,
    history BOOLEAN NOT NULL,
    contested BOOLEAN NOT NULL,
    version BIGINT NOT NULL,
    opened_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    -- The decision on the first message, whole: shown, explained, recomputed.
    decision JSONB NOT NULL,
    -- The answer prepared for a person.
    draft JSONB
);
CREATE INDEX ticket_status ON ticket (status, opened_at, id);
CREATE INDEX ticket_opened ON ticket (opened_at, id);

CREATE TABLE message (
    id TEXT PRIMARY KEY,
    ticket_id TEXT NOT NULL REFERENCES ticket (id),
    arrival_id TEXT NOT NULL UNIQUE REFERENCES arrival (id),
    direction TEXT NOT NULL,
    received_at TIMESTAMPTZ NOT NULL,
    from_email TEXT NOT NULL,
    -- Tells the same mail through another door from another mail under the same Message-ID.
    digest TEXT NOT NULL,
    content JSONB NOT NULL,
    automatic_ban TEXT
);
CREATE INDEX message_ticket ON message (ticket_id, received_at, id);
-- Unique: two instances that take up the same mail from two doors at once must not both answer it.
CREATE UNIQUE INDEX message_digest ON message (digest);

-- Every Message-ID known, received and sent: what a thread is found by.
CREATE TABLE message_id (
    message_id TEXT NOT NULL,
    ticket_id TEXT NOT NULL REFERENCES ticket (id),
    outbox_id TEXT,
    PRIMARY KEY (message_id, ticket_id)
);

CREATE TABLE event (
    id TEXT PRIMARY KEY,
    ticket_id TEXT NOT NULL REFERENCES ticket (id),
    at TIMESTAMPTZ NOT NULL,
    actor JSONB NOT NULL,
    kind TEXT NOT NULL,
    detail TEXT NOT NULL
);
CREATE INDEX event_ticket ON event (ticket_id, at, id);

-- Mail promised: complete, its Message-ID fixed, so that a second try is the same mail.
CREATE TABLE outbox (
    id TEXT PRIMARY KEY,
    ticket_id TEXT NOT NULL REFERENCES ticket (id),
    kind TEXT NOT NULL,
    automatic BOOLEAN NOT NULL,
    state TEXT NOT NULL,
    envelope_from TEXT,
    recipient TEXT NOT NULL,
    -- Folded address and its domain: what the caps count by.
    recipient_key TEXT NOT NULL,
    recipient_domain TEXT NOT NULL,
    message_id TEXT NOT NULL UNIQUE,
    subject TEXT NOT NULL,
    text TEXT NOT NULL,
    raw BYTEA NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    due_at TIMESTAMPTZ NOT NULL,
    leased_until TIMESTAMPTZ,
    attempts BIGINT NOT NULL,
    last_words TEXT NOT NULL,
    held_because TEXT NOT NULL,
    sent_at TIMESTAMPTZ
);
CREATE INDEX outbox_due ON outbox (state, due_at, id);
CREATE INDEX outbox_ticket ON outbox (ticket_id, created_at, id);
CREATE INDEX outbox_recipient ON outbox (recipient_key, created_at);
CREATE INDEX outbox_domain ON outbox (recipient_domain, created_at);
