"""Machines, data sets and applications: their inventories and the recovery line.

Owns line items, identifiers, sightings, attestations, moves and admission signatures. Refuses to
know services and functions: it reports components to `hospital` and asks it for places and zones.
"""
