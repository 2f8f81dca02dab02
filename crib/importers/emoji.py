"""Emoji, which no font of Crib has: a few become signs; others are left out of text, and named in code."""

from __future__ import annotations

import re
from unicodedata import name

LEFT_OUT = "left out: emoji, which no font for paper has"
NAMED = "named: emoji in code, which no font for paper has"

_SIGNS = str.maketrans("✅✖❌❎❓❔❗❕➕➖➗➡⬅⬆⬇", "✓✗✗✗??!!+−÷→←↑↓")
_EMOJI = re.compile(
    # emoji-data.txt of Unicode's emoji: those above U+FFFF, then those below that no font of Crib has
    "[\U0001f000-\U0001faff\U000e0020-\U000e007f✈✊-✍✏✒✡✨✳✴❄❇❣➰➿⭕㊗㊙]"
)
_JOINERS = re.compile("[\ufe0e\ufe0f\u20e3]|\u200d(?![^\\W\\d_])")
"""Characters that only say how an emoji looks; the joiner is part of words in some scripts."""


def without_emoji(text: str) -> tuple[str, str]:
    """Return *text* without emoji, and those that were left out."""
    signed = _with_signs(text)
    return _EMOJI.sub("", signed), "".join(_EMOJI.findall(signed))


def with_names(code: str) -> tuple[str, str]:
    """Return *code* with the names of emoji, such as `:fire:`, in their place, and those that were replaced."""
    signed = _with_signs(code)
    return _EMOJI.sub(_name, signed), "".join(_EMOJI.findall(signed))


def _with_signs(text: str) -> str:
    return _JOINERS.sub("", text.translate(_SIGNS))


def _name(emoji: re.Match[str]) -> str:
    return f":{name(emoji[0], 'emoji').lower().replace(' ', '_')}:"
