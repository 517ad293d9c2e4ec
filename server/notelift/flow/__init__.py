"""Facts along a timeline: the abstract interpreter and the dataflow it gives."""
