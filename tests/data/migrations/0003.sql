INSERT INTO search (ticket_id, text) VALUES ('t1', 'equivalent libre bonjour solenn');
