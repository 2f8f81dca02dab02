"""Files of other programs, which may come from strangers: read whole, within limits, and never written."""
