"""Medicines: reading doses, comparing prescriptions, due times, the sheet of a day. Pure."""
