"""Tests of crib/audit."""
