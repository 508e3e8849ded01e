"""Pages of people: `entry` stands before sign-in, `self` is one's own account, `staff` is everybody's."""
