"""Emoji: a few have a sign that fonts print; others are left out, since no font of Crib has them."""

from __future__ import annotations

import re

LEFT_OUT = "left out: emoji, which the fonts for paper do not have"

_SIGNS = str.maketrans("✅✖❌❎❓❔❗❕➕➖➗➡⬅⬆⬇", "✓✗✗✗??!!+−÷→←↑↓")
_EMOJI = re.compile(
    # emoji-data.txt of Unicode's emoji: those above U+FFFF, then those below that no font of Crib has
    "[\U0001f000-\U0001faff\U000e0020-\U000e007f✈-✍✏✒✡✨✳✴❄❇❣➰➿⭕㊗㊙]"
)
_JOINERS = re.compile("[\ufe0e\ufe0f\u20e3]|\u200d(?![^\\W\\d_])")
"""Characters that only say how an emoji looks; the joiner is part of words in some scripts."""


def without_emoji(text: str) -> tuple[str, str]:
    """Return *text* without emoji, and those that were left out."""
    signed = _JOINERS.sub("", text.translate(_SIGNS))
    return _EMOJI.sub("", signed), "".join(_EMOJI.findall(signed))
