"""Widows of questions: a short last word is never alone on its line."""

from __future__ import annotations

import re

from markupsafe import Markup

_LAST_WORDS = re.compile(r"(?<=\s)[^\s<>]{1,12}\s+[^\s<>]{1,9}$")


def join_last_words(question: Markup) -> Markup:
    """Return *question* with its last two words in a `<span class="tail">`, if the last one is short."""
    return Markup(_LAST_WORDS.sub(r'<span class="tail">\g<0></span>', str(question).rstrip()))  # noqa: S704 - vetted
