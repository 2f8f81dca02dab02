"""Tests of crib/outputs."""
