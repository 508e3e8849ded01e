"""Pages of people: `entry` and `trust` stand before sign-in, `self` is one's own account, `staff` is everybody's."""
