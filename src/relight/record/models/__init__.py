"""Tables of the record. Owns tables and constraints, no verbs: `services` write, `selectors` read."""
