"""Tests of crib/print/pdf."""
