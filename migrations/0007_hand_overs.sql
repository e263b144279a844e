-- Requests handed over, one row a time: to whom, by what mail, what became of it. Followed until somebody answers or the
-- request is back in the queue.
CREATE TABLE hand_over (
    id TEXT PRIMARY KEY,
    ticket_id TEXT NOT NULL REFERENCES ticket (id),
    -- The directory's entry, which may be gone since; NULL: an address that a person typed.
    entry_id TEXT,
    role TEXT NOT NULL,
    contract TEXT,
    email TEXT NOT NULL,
    -- Folded as outbox.recipient_key is.
    email_key TEXT NOT NULL,
    name TEXT NOT NULL,
    -- The mail that carries it; NULL: gathered, not written yet.
    outbox_id TEXT,
    state TEXT NOT NULL,
    actor JSONB NOT NULL,
    made_at TIMESTAMPTZ NOT NULL,
    -- The next reminder, or the end of patience; NULL: nothing is waited for.
    remind_at TIMESTAMPTZ,
    reminders BIGINT NOT NULL,
    -- When it was no longer waited for.
    ended_at TIMESTAMPTZ,
    -- The requester has got the answer.
    reached BOOLEAN NOT NULL,
    -- When a person read the answer.
    glanced_at TIMESTAMPTZ,
    note TEXT NOT NULL
);
CREATE INDEX hand_over_ticket ON hand_over (ticket_id, made_at, id);
CREATE INDEX hand_over_email ON hand_over (email_key, made_at);
CREATE INDEX hand_over_due ON hand_over (state, remind_at, id);
CREATE INDEX hand_over_outbox ON hand_over (outbox_id);
