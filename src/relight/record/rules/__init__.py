"""Pure decisions of the record. No Django, clock or randomness."""
