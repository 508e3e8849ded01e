"""Reads of the hospital: what stands, its parts by name, the three questions."""
