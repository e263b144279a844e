-- Full-text search: one row a message, its text folded by the same function as the rules, so that accents and case
-- never matter.
CREATE VIRTUAL TABLE search USING fts5 (ticket_id UNINDEXED, text, tokenize = 'unicode61 remove_diacritics 0');
