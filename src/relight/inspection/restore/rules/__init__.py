"""Pure decisions about restore points: histories, bisection, mass deletions, dates in names."""
