"""Writes of the clean zone: one transaction, one journal entry."""
