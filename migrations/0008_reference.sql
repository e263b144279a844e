-- What the team corrects of the reference rows: each replaces the row of the same key of rules/reference/, or is added. A
-- correction is retired, never deleted.
CREATE TABLE reference_correction (
    id TEXT PRIMARY KEY,
    -- organisations, domains, answers, links.
    sheet TEXT NOT NULL,
    row_key TEXT NOT NULL,
    -- Column name to text, as JSON that serde writes.
    cells JSONB NOT NULL,
    source TEXT NOT NULL,
    -- As typed: YYYY-MM-DD, YYYY-MM, or empty.
    valid_from TEXT NOT NULL,
    valid_until TEXT NOT NULL,
    -- Why, for the team.
    note TEXT NOT NULL,
    -- The ticket whose third party said so; NULL: corrected on the page.
    ticket_id TEXT REFERENCES ticket (id),
    actor JSONB NOT NULL,
    made_at TIMESTAMPTZ NOT NULL,
    -- NULL: in force.
    retired_at TIMESTAMPTZ,
    retired_by JSONB
);
CREATE INDEX reference_correction_key ON reference_correction (sheet, row_key, made_at, id);

-- One row: what names the corrections as they stand, as directory_state does.
CREATE TABLE reference_state (
    id BIGINT PRIMARY KEY,
    version TEXT NOT NULL
);
INSERT INTO reference_state (id, version) VALUES (1, '');

-- Questions to third parties, which the requester never sees.
CREATE TABLE inquiry (
    id TEXT PRIMARY KEY,
    ticket_id TEXT NOT NULL REFERENCES ticket (id),
    email TEXT NOT NULL,
    -- Id of the body asked about; may be empty.
    organisation TEXT NOT NULL,
    contract TEXT,
    outbox_id TEXT NOT NULL,
    actor JSONB NOT NULL,
    asked_at TIMESTAMPTZ NOT NULL,
    -- The message that answered first; NULL: waited for.
    message_id TEXT,
    answered_at TIMESTAMPTZ
);
CREATE INDEX inquiry_ticket ON inquiry (ticket_id, asked_at, id);
CREATE INDEX inquiry_outbox ON inquiry (outbox_id);
