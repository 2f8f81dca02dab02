"""Tests of crib/markup."""
