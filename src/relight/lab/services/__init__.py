"""Writes of the laboratory: each one transaction and one journal entry."""
