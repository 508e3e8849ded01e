"""Writes of the fleet: each one transaction and one journal entry."""
