"""The search for broken invariants: in one process, on all cores, or on a cluster."""
