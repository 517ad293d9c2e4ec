"""What users see of a dataflow, as plain values and text, without the types of a protocol."""
