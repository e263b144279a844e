INSERT INTO example (ticket_id, kept_at, told, category, agreed, content)
VALUES ('t1', '2026-11-25T11:00:00+00:00', 'sill', 'purchasing', FALSE,
    '{"day":"2026-11-25","channel":"mail","lang":"fr","chosen":null,"role":"","subject":"Achat","body":"Bonjour","topics":["sill"],"act":"corrected"}');
