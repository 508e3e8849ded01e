"""Degraded-mode activity: which appointment goes on, who tells the patient, what waits.

Owns the policy and its versions, appointments as they were booked, one decision each with its reason, call lists,
the debt of what was cancelled, the posture of each site. Refuses to cancel what is immediate or urgent, and to let a
decision take effect before somebody saw its difference. Source: docs/design/activity.md.
"""
