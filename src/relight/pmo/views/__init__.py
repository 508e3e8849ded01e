"""Pages of the restart office: form, service, render."""
