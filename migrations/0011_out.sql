-- Mail out: its pace, the mail server's own faults, who let a mail go, and what is told to whoever runs the service.

-- Since when it may leave, as last promised or let go: patience counts from here. NULL in rows of before.
ALTER TABLE outbox ADD COLUMN wanted_at TIMESTAMPTZ;
-- When it was last handed to the mail server: what the pace and the breaker count.
ALTER TABLE outbox ADD COLUMN tried_at TIMESTAMPTZ;
-- Nobody of the team decided that it leaves: automatic mail, and what the program hands over.
ALTER TABLE outbox ADD COLUMN unattended BOOLEAN NOT NULL DEFAULT FALSE;
-- A person let it go: neither the kill switch nor the breaker holds it any more.
ALTER TABLE outbox ADD COLUMN let_go BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE outbox SET unattended = automatic;
CREATE INDEX outbox_tried ON outbox (tried_at);

-- The mail server as the last conversation with it showed it, for all instances: one row. Whoever takes a mail holds it.
CREATE TABLE relay (
    id BIGINT PRIMARY KEY,
    -- Faults in a row.
    failures BIGINT NOT NULL,
    -- What the last one was, for people.
    said TEXT NOT NULL,
    failing_since TIMESTAMPTZ,
    -- Nothing is tried before.
    try_at TIMESTAMPTZ
);
INSERT INTO relay (id, failures, said, failing_since, try_at) VALUES (1, 0, '', NULL, NULL);

-- Mail to whoever runs the service, about the service: no ticket's, and counted by nothing.
CREATE TABLE alert (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    recipient TEXT NOT NULL,
    raw BYTEA NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    state TEXT NOT NULL,
    due_at TIMESTAMPTZ NOT NULL,
    leased_until TIMESTAMPTZ,
    attempts BIGINT NOT NULL,
    last_words TEXT NOT NULL
);
CREATE INDEX alert_due ON alert (state, due_at);
