"""Tests of crib/model."""
