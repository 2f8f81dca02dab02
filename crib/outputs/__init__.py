"""Outputs: a package for each medium, the record of an output, and their registry."""
