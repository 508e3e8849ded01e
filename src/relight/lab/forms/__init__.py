"""Forms of the laboratory: they check what was typed, and nothing else."""
