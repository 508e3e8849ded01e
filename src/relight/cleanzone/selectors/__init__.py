"""Reads of the clean zone."""
