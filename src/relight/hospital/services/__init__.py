"""Writes of the hospital: loading a description, component reports, acceptances, zone segments."""
