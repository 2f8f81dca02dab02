"""Tests of crib/outputs/quiz."""
