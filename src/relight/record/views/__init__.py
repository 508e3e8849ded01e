"""Addresses of the record: `fhir` for programs."""
