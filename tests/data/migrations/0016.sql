INSERT INTO reply_version (id, reply, french, english, files, note, actor, made_at)
VALUES ('v1', '_receipt', 'Reçu le {{ received_at }}.', 'Received on {{ received_at }}.', 'digest', 'Plus court.',
    '{"who":"person","id":"p1"}', '2026-11-26T11:30:00+00:00');
