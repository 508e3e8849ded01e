"""Staff, roles, sign-in, and the one permission matrix."""
