"""Tests of crib/preview."""
