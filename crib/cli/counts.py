"""Counts in words."""


def count(number: int, noun: str) -> str:
    """Return *number* and the *noun*, in the plural if need be."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
