"""Tests of crib/outputs/anki."""
