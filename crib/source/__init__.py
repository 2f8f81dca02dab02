"""`content/` to a Book: front matter, Markdown, keys and positions."""

from crib.source.book import Reading, read_book

__all__ = ["Reading", "read_book"]
