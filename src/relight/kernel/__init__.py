"""What every floor shares: coded errors, ids, verdicts, the protocols of clock and chance.

Owns no state. Refuses Django, sockets, clocks and randomness.
"""
