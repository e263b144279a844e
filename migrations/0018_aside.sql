-- What a person typed to a third party, or with a forward, as JSON that serde writes: stopped before it left, it stands in their
-- form again. NULL in rows of before.
ALTER TABLE inquiry ADD COLUMN written JSONB;
