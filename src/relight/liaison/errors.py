"""Errors of liaison, declared once."""
