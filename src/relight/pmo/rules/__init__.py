"""Decisions of planning and forecasting over plain values: no clock, no chance of their own, no files."""
