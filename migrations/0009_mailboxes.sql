-- Folders read over IMAP, one row each: how far they were read, who reads them, how it goes. Flags on the server are for
-- people; what was taken stands here.
CREATE TABLE mailbox (
    -- The name of [[imap.mailboxes]].
    name TEXT NOT NULL,
    folder TEXT NOT NULL,
    -- When it was first looked at: what start = "now" counts from.
    started_at TIMESTAMPTZ NOT NULL,
    -- NULL: never opened yet.
    uidvalidity BIGINT,
    -- UIDNEXT when this UIDVALIDITY was first met: what has this UID or a higher one came since.
    floor_uid BIGINT NOT NULL,
    -- Everything from the floor up to here was looked at.
    highest_uid BIGINT NOT NULL,
    -- What stood below the floor was looked through.
    scanned BOOLEAN NOT NULL,
    owner TEXT,
    leased_until TIMESTAMPTZ,
    succeeded_at TIMESTAMPTZ,
    failing_since TIMESTAMPTZ,
    failures BIGINT NOT NULL,
    -- For people, in French.
    cause TEXT,
    next_try_at TIMESTAMPTZ,
    -- What works, but not as the settings ask; for people, in French.
    note TEXT,
    PRIMARY KEY (name, folder)
);

-- Mails of those folders that were looked at.
CREATE TABLE mailbox_seen (
    mailbox TEXT NOT NULL,
    folder TEXT NOT NULL,
    uidvalidity BIGINT NOT NULL,
    uid BIGINT NOT NULL,
    door TEXT NOT NULL,
    -- Of the octets; NULL: they were never given.
    sha256 TEXT,
    size BIGINT,
    internal_at TIMESTAMPTZ,
    seen_at TIMESTAMPTZ NOT NULL,
    -- What it became, or what it is a second copy of.
    arrival_id TEXT REFERENCES arrival (id),
    -- kept, again, failing, gone.
    state TEXT NOT NULL,
    -- Tries that failed.
    attempts BIGINT NOT NULL,
    next_try_at TIMESTAMPTZ,
    -- A mark or a move is owed to the server.
    owed BOOLEAN NOT NULL,
    PRIMARY KEY (mailbox, folder, uidvalidity, uid)
);
CREATE INDEX mailbox_seen_sha256 ON mailbox_seen (mailbox, sha256);
CREATE INDEX mailbox_seen_state ON mailbox_seen (mailbox, folder, state, next_try_at);
CREATE INDEX mailbox_seen_owed ON mailbox_seen (mailbox, folder, owed);
