"""Numbering of answers in a chapter: numbers of exercises, and letters for other questions.

A letter is stored as a number after all exercises, so sorting by number gives the printed order.
"""

from __future__ import annotations

LAST_NUMBER = 8999
_A = ord("a")


def number_of(label: str) -> int:
    """Return the number of *label*, such as `7` or `a`; z is followed by aa."""
    if label.isdecimal():
        return int(label)
    place = 0
    for letter in label:
        place = 26 * place + ord(letter) - _A + 1
    return LAST_NUMBER + place


def is_letter(number: int) -> bool:
    """Return True if the label of *number* is a letter."""
    return number > LAST_NUMBER


def label_of(number: int) -> str:
    """Return the label of *number*, the inverse of `number_of`."""
    if not is_letter(number):
        return str(number)
    place, letters = number - LAST_NUMBER, ""
    while place:
        place, letter = divmod(place - 1, 26)
        letters = chr(_A + letter) + letters
    return letters
