"""Tests of the ranking of weak answers, and of its prints."""
