"""Pure decisions of the laboratory gateway. No Django, clock or randomness."""
