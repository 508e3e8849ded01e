"""Pages that read one patient's chart."""
