"""What the restart office reads."""
