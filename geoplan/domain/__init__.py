"""Knowledge: facility kinds, walkers, coordinate systems; every number with its source."""
