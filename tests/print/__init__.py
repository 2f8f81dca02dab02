"""Tests of crib/print."""
