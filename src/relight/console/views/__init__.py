"""Pages of the console: read, render."""
