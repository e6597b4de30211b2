"""One pass of a model on accelerators: operators, memory, what they pass to each other."""
