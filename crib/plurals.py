"""Plurals in messages: `1 answer`, `2 answers`."""


def count(number: int, noun: str) -> str:
    """Return *number* and *noun*, with an `s` unless *number* is 1."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
