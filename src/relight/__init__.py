"""Relight: brings a hospital group back after a cyberattack."""

__version__ = "0.1.0"
