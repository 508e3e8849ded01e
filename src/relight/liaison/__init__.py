"""General practitioners: told what is open, and able to reach a specialist.

Owns the directory of practitioners and desks, numbered bulletins drawn from the live state, their delivery, requests
about patients and what was sent out. Refuses to let anything about a patient leave without who, to whom and why.
Source: docs/design/liaison.md.
"""
