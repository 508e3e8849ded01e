"""The door of liaison for every app above it."""
