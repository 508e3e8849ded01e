"""Forms of the recovery line: they parse and clean, services decide."""
