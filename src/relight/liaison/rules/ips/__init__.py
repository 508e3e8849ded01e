"""The International Patient Summary: what of a record goes in, in which words, as a FHIR document.

Source: HL7 International Patient Summary Implementation Guide 2.0.0 (FHIR R4); docs/design/liaison-requests.md,
cases 60-79.
"""
