"""Tests of crib/engine."""
