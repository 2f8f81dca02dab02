"""Tests of crib.fixes."""
