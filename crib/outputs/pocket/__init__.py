"""Pocket booklets."""
