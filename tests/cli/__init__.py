"""Tests of crib/cli."""
