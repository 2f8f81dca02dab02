"""Tests of crib/outputs/epub."""
