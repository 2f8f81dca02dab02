"""Exporters: the answers of a book as data for other programs."""
