"""The downtime patient record: FHIR R4, begun from whatever survived, given back whole afterwards.

Owns every entry ever made, who made it and where it came from; the current state is made from them.
Refuses to take an id for an identity, and to drop or overwrite what a clinician wrote. Source:
docs/design/record.md.
"""
