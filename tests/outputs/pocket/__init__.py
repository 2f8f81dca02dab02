"""Tests of crib/outputs/pocket."""
