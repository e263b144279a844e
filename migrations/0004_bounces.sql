-- What mail reading found of a message beside its text (kind, whom it returns, whom it forwards): JSON that serde writes.
-- NULL for what came by form, and for mail filed before this was kept.
ALTER TABLE message ADD COLUMN nature JSONB;

-- Addresses that returned a mail lately, and until when that counts.
CREATE TABLE address_mark (
    -- Folded as outbox.recipient_key is.
    address TEXT PRIMARY KEY,
    -- No such address, as against: not now.
    hard BOOLEAN NOT NULL,
    -- What the report said, for people.
    said TEXT NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    until TIMESTAMPTZ NOT NULL
);
CREATE INDEX address_mark_until ON address_mark (until);

-- Tickets whose reopening was withheld.
CREATE INDEX event_kind ON event (kind, at);

-- What the cap a minute counts.
CREATE INDEX outbox_automatic ON outbox (automatic, due_at);
