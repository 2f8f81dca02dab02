"""Cheat sheets."""
