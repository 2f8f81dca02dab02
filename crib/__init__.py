"""Crib: study material in print, on screen and in Anki, from one set of answers in Markdown."""

__version__ = "1.0.0"
