"""Tests of the ranking of weak answers, and of what is printed from it."""
