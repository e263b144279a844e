INSERT INTO door_tally (door, what, total, last_at)
VALUES ('lmtp', 'too-large', 2, '2026-11-25T12:00:00+00:00');
