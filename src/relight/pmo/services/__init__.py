"""What the restart office writes."""
