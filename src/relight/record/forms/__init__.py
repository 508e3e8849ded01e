"""Forms of the record, by room."""
