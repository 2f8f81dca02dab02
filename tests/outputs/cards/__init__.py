"""Tests of crib/outputs/cards."""
