"""The clean zone: who may talk to whom, compiled from the graph and the passports, and proof that it holds."""
