"""Tests of crib/render."""
