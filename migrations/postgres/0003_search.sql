-- Full-text search: one row a message, its text folded by the same function as the rules, so that accents and case
-- never matter.
CREATE TABLE search (ticket_id TEXT NOT NULL REFERENCES ticket (id), text TEXT NOT NULL);
CREATE INDEX search_text ON search USING gin (to_tsvector('simple', text));
CREATE INDEX search_ticket ON search (ticket_id);
