INSERT INTO example (ticket_id, kept_at, told, category, agreed, content)
VALUES ('t15', '2026-11-26T11:00:00+00:00', 'sill', 'sill', TRUE,
    '{"day":"2026-11-26","channel":"mail","lang":"fr","chosen":null,"role":"","subject":"SILL","body":"Bonjour","topics":["sill"],"act":"answered"}');
