"""One source of answers, rendered into printed cheat sheets, an e-book and an Anki deck."""

__version__ = "0.1.0"
