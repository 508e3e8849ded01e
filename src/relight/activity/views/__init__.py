"""Pages: form, service, render."""
