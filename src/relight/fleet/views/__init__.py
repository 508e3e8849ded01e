"""Pages of the recovery line: form, service, render."""
