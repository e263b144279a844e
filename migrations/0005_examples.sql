-- What people's acts teach: one masked example a ticket, the last word of a person. No reference to the ticket: masked, it
-- outlives it.
CREATE TABLE example (
    ticket_id TEXT PRIMARY KEY,
    -- When the person said so.
    kept_at TIMESTAMPTZ NOT NULL,
    -- What the program had said.
    told TEXT NOT NULL,
    -- What the person says; NULL: that the program was wrong, and not what is right.
    category TEXT,
    agreed BOOLEAN NOT NULL,
    -- The masked text and what else is taught, as JSON that serde writes.
    content JSONB NOT NULL
);
CREATE INDEX example_kept ON example (kept_at, ticket_id);
