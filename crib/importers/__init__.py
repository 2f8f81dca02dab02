"""Importers: other people's questions and answers, in many formats, become the Markdown of a book."""
