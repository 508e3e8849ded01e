"""Sites, services, functions and components: the dependency graph and its three questions."""
