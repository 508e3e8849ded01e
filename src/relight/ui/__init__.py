"""The frame of every page: base templates, template tags, stylesheet, script, error pages.

Owns how Relight looks and behaves in a browser. Refuses to know any app above it: rail, search,
permissions and day zero come from settings and from the request. Source: docs/decisions/0010-front-end.md.
"""
