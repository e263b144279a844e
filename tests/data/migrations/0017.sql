UPDATE ticket SET organisation_kind = 'state' WHERE id = 't1';
