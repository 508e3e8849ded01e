"""Reads of the laboratory."""
