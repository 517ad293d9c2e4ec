"""Questions to a dataflow: slices, lineage, divergence."""
