"""Errors of activity, declared once."""
