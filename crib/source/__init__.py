"""Read `content/` into a Book: front matter, Markdown, settings, ledger; report problems with file and line."""

from crib.source.book import Reading, read_book

__all__ = ["Reading", "read_book"]
