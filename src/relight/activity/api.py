"""The door of activity for every app above it."""
