"""Who did what, when: the append-only hash chain, the events, the evidence store. No views."""
