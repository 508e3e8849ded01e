"""Forms that write into a chart."""
