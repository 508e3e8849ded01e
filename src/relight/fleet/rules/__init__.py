"""Pure decisions of the fleet: the line, the policy, identity, placement. No Django, clock or randomness."""
