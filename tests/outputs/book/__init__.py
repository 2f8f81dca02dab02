"""Tests of crib/outputs/book."""
