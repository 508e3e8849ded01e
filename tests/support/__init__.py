"""What tests stand on: databases, a browser, a network that ends at this machine.

Owns no claims. Refuses addresses outside this machine.
"""
