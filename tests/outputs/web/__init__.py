"""Tests of the study page."""
