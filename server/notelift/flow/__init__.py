"""The interpreter: cells along a timeline become a dataflow."""
