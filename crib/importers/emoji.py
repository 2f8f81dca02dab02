"""Replace emoji, which Crib's fonts lack: a few become signs; others are dropped from text, and named in code."""

from __future__ import annotations

import re
from unicodedata import name

LEFT_OUT = "left out: emoji, which no font for paper has"
NAMED = "named: emoji in code, which no font for paper has"

_SIGNS = str.maketrans("✅✖❌❎❓❔❗❕➕➖➗➡⬅⬆⬇", "✓✗✗✗??!!+−÷→←↑↓")
_EMOJI = re.compile(
    # emoji-data.txt of Unicode's emoji: those above U+FFFF, then those below missing in all fonts of Crib
    "[\U0001f000-\U0001faff\U000e0020-\U000e007f✈✊-✍✏✒✡✨✳✴❄❇❣➰➿⭕㊗㊙]"
)
_JOINERS = re.compile("[\ufe0e\ufe0f\u20e3]|\u200d(?![^\\W\\d_])")
"""Variation selectors and joiners of emoji; in some scripts, the joiner is part of words."""


def without_emoji(text: str) -> tuple[str, str]:
    """Return *text* without emoji, and the omitted emoji."""
    signed = _with_signs(text)
    return _EMOJI.sub("", signed), "".join(_EMOJI.findall(signed))


def with_names(code: str) -> tuple[str, str]:
    """Return *code* with names of emoji, such as `:fire:`, in their place, and the replaced emoji."""
    signed = _with_signs(code)
    return _EMOJI.sub(_name, signed), "".join(_EMOJI.findall(signed))


def _with_signs(text: str) -> str:
    return _JOINERS.sub("", text.translate(_SIGNS))


def _name(emoji: re.Match[str]) -> str:
    return f":{name(emoji[0], 'emoji').lower().replace(' ', '_')}:"
