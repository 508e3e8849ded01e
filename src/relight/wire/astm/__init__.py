"""ASTM, as analyzers speak it: the link (E1381, LIS01-A2), the records (E1394, LIS02-A2), captures of both.

Owns bytes to values and back. Refuses sockets, clocks and storage. Source: LIS01-A2, LIS02-A2, docs/design/astm.md.
"""
