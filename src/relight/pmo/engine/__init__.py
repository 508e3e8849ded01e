"""What searches: compiled loops, OR-Tools, threads and a clock. Knows no Django and no table."""
