"""Writes: one transaction, one journal entry each."""
