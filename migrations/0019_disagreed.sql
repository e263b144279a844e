-- What the program decided and a person then said otherwise: few of many, and the texts beside them are long.
CREATE INDEX example_disagreed ON example (ticket_id) WHERE NOT agreed;
