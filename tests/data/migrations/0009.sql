INSERT INTO mailbox (name, folder, started_at, uidvalidity, floor_uid, highest_uid, scanned, owner, leased_until,
    succeeded_at, failing_since, failures, cause, next_try_at, note)
VALUES ('contact', 'INBOX', '2026-11-25T10:00:00+00:00', 1700000000, 12, 14, TRUE, NULL, NULL,
    '2026-11-25T12:00:00+00:00', NULL, 0, NULL, NULL, NULL);
INSERT INTO mailbox_seen (mailbox, folder, uidvalidity, uid, door, sha256, size, internal_at, seen_at, arrival_id, state,
    attempts, next_try_at, owed)
VALUES ('contact', 'INBOX', 1700000000, 12, 'imap', 'aa', 2048, '2026-11-25T10:30:00+00:00', '2026-11-25T10:30:01+00:00',
    'a1', 'kept', 0, NULL, TRUE),
    ('contact', 'INBOX', 1700000000, 14, 'imap', NULL, 900, '2026-11-25T11:00:00+00:00', '2026-11-25T11:00:01+00:00',
    NULL, 'failing', 2, '2026-11-25T11:05:00+00:00', FALSE);
