"""Tests of crib/source."""
