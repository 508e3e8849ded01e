"""The door of the restart office for every app above it."""
