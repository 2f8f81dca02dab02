"""Importers: convert questions and answers in many formats to the Markdown of a book."""
