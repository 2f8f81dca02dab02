"""Tests of crib/outputs/sheets."""
