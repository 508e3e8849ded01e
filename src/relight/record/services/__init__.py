"""Writes of the record: each one transaction and one journal entry."""
