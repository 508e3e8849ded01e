"""Restore points: which backup is the last intact one, when damage began, what was damaged since.

Owns reading the points of restic and borg repositories and of folders of dated copies, and what their contents say
together. Refuses Django, and ever writing into a repository. `rules/` is pure, `adapters/` holds one repository
kind a file. Source: docs/design/restore-points.md.
"""
