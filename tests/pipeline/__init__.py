"""Tests of crib/pipeline."""
