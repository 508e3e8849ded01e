"""Pages of medicines and requests."""
