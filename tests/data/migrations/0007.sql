INSERT INTO hand_over (id, ticket_id, entry_id, role, contract, email, email_key, name, outbox_id, state, actor, made_at,
    remind_at, reminders, ended_at, reached, glanced_at, note)
VALUES ('h1', 't1', NULL, 'coordinator', 'support', 'Marches@Ministere.example', 'marches@ministere.example',
    'la coordination des marchés', 'o1', 'waiting', '{"who":"person","id":"p1"}', '2026-11-25T11:30:00+00:00',
    '2026-11-30T11:30:00+00:00', 0, NULL, FALSE, NULL, '');
