"""The inspection engine: looks at every byte of files, archives and disk images, and signs what it saw.

Owns walking, reading, detecting and the report. Refuses Django, databases and any network but the
scheduler or virus daemon it is pointed at; never writes into what it inspects. `rules/` is pure:
bytes in, verdict out. Runs alone as `python -m relight.inspection` from a USB stick.
Source: docs/design/inspection.md.
"""
