"""Pages that write into a chart."""
