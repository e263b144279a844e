UPDATE inquiry SET written = '{"subject":"Bénéficiaires","text":"Est-il bénéficiaire ?","message_id":"","names_requester":true}';
