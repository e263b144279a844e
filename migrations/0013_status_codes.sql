-- What proves on a status page that one has the requester's mailbox. The digest is keyed: a stolen database opens nothing.
CREATE TABLE status_code (
    id TEXT PRIMARY KEY,
    -- Of the ticket.
    reference TEXT NOT NULL,
    -- Keyed digest of the address that it was sent to: no address is sent many, and it opens nothing for another one.
    recipient TEXT NOT NULL,
    digest TEXT NOT NULL,
    made_at TIMESTAMPTZ NOT NULL,
    until TIMESTAMPTZ NOT NULL,
    -- How often a code was typed against it.
    tries BIGINT NOT NULL,
    used BOOLEAN NOT NULL
);
CREATE INDEX status_code_reference ON status_code (reference, made_at);
CREATE INDEX status_code_recipient ON status_code (recipient, made_at);
CREATE INDEX status_code_made_at ON status_code (made_at);

-- token_hash is the SHA-256 of the cookie.
CREATE TABLE status_session (
    token_hash TEXT PRIMARY KEY,
    reference TEXT NOT NULL,
    -- As in status_code: once the request has another requester, what the former one opened is closed.
    recipient TEXT NOT NULL,
    until TIMESTAMPTZ NOT NULL
);
