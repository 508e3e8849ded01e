"""What liaison is made of, as plain values."""
