-- What each door was brought and what it did with it, as the door itself counts: beside the arrivals, so that the two can be
-- compared. Folders read over IMAP have their own memory, mail by mail (mailbox_seen).
CREATE TABLE door_tally (
    door TEXT NOT NULL,
    -- kept, again, or why it was refused.
    what TEXT NOT NULL,
    total BIGINT NOT NULL,
    last_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (door, what)
);
-- Doors count from here on; what they kept before is taken as they left it.
INSERT INTO door_tally (door, what, total, last_at)
SELECT door, 'kept', COUNT(*), MAX(received_at) FROM arrival GROUP BY door;
