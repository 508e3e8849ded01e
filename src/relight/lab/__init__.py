"""The laboratory gateway: links to analyzers, their ladder, the inbox, delivery to the laboratory system.

Owns what analyzers send, in the order it came and as it came, and what became of it. Refuses to
guess: a result whose sample, patient, test or unit is not known exactly waits for a person.
Source: docs/design/lab.md.
"""
