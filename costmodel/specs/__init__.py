"""Reading spec files: facts with units, ranges, sources, dates and places; every fault with file and line."""
