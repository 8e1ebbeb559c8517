"""Request samples in documents: found, read, judged, and printed as they should be."""
