"""Exporters: the answers of a book as JSON, CSV or Markdown, for other programs."""
