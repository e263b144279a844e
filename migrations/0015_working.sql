-- What people do on the page of a ticket: what each is writing, who has it open, tickets merged and split, meetings, and
-- by what tickets that resemble each other are found.

-- What a person is writing on a ticket, kept while they type.
CREATE TABLE written (
    ticket_id TEXT NOT NULL REFERENCES ticket (id),
    account_id TEXT NOT NULL REFERENCES account (id),
    -- Markdown.
    text TEXT NOT NULL,
    -- The reply it started from; empty: none.
    reply TEXT NOT NULL,
    -- Its language; empty: the ticket's.
    lang TEXT NOT NULL,
    -- The addresses chosen, as a JSON list; NULL: those that are proposed.
    recipients JSONB,
    -- What stood in the box before another text was chosen.
    replaced TEXT,
    saved_at TIMESTAMPTZ NOT NULL,
    -- The mail it became: stopped before it left, this is a draft again. NULL: it is one.
    outbox_id TEXT,
    PRIMARY KEY (ticket_id, account_id)
);

-- Who has a ticket open, and until when that is believed.
CREATE TABLE presence (
    ticket_id TEXT NOT NULL REFERENCES ticket (id),
    account_id TEXT NOT NULL REFERENCES account (id),
    writing BOOLEAN NOT NULL,
    until TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (ticket_id, account_id)
);

-- Tickets that became part of another one. What was moved is listed, as JSON that serde writes, so that it can be undone.
CREATE TABLE merged (
    ticket_id TEXT PRIMARY KEY REFERENCES ticket (id),
    into_id TEXT NOT NULL REFERENCES ticket (id),
    at TIMESTAMPTZ NOT NULL,
    moved JSONB NOT NULL
);
CREATE INDEX merged_into ON merged (into_id);

-- Messages that belong to a second ticket too: the one that was split off.
CREATE TABLE message_shared (
    ticket_id TEXT NOT NULL REFERENCES ticket (id),
    message_id TEXT NOT NULL REFERENCES message (id),
    PRIMARY KEY (ticket_id, message_id)
);
CREATE INDEX message_shared_message ON message_shared (message_id);

-- The meeting that a ticket leads to.
CREATE TABLE meeting (
    ticket_id TEXT PRIMARY KEY REFERENCES ticket (id),
    at TIMESTAMPTZ NOT NULL,
    place TEXT NOT NULL
);

-- The smallest hashes of the word triples of first messages: tickets that share many of them resemble each other.
CREATE TABLE sketch (
    key BIGINT NOT NULL,
    ticket_id TEXT NOT NULL REFERENCES ticket (id),
    at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (key, ticket_id)
);
CREATE INDEX sketch_at ON sketch (at);

-- The other tickets of a requester and of a body.
CREATE INDEX ticket_requester ON ticket (LOWER(requester_email), opened_at);
CREATE INDEX ticket_organisation ON ticket (organisation, opened_at);
