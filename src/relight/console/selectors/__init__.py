"""Reads of the console: the situation, the journal in words, search. Each asks other apps by their `api`."""
