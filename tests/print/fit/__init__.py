"""Tests of crib/print/fit."""
