"""What Crib builds: a package for each medium, the record of an output, and the registry of them all."""
