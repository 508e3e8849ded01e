"""The restart office: what to restore next, when it is back, what a choice costs the patients.

Owns the planning engine: projects read and solved, recovery plans weighed by what patients go without, forecasts and
how good they have been. Refuses to answer late, and to show a date without how sure it is. Source:
docs/design/planning.md, docs/design/forecast.md.
"""
