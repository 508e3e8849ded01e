"""Pure decisions of the clean zone."""
