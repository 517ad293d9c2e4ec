"""What `notelift verify` does: throw-away copies, two runs, and the comparison of their values."""
