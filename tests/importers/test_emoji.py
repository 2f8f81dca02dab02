"""Emoji dropped by an import, and the fonts for paper."""

from __future__ import annotations

from unicodedata import category

import pytest

from crib.importers.emoji import with_names, without_emoji
from crib.print.font_coverage import _covered
from crib.render.templates import Templates

PLANE = range(0x10000)
"""Characters with a glyph in some fonts; almost all emoji above have none on paper."""


@pytest.fixture(scope="module")
def covered() -> set[str]:
    """Return all characters of Crib's fonts."""
    return set(_covered(Templates().only("fonts")))


def test_nothing_that_fonts_have_is_left_out(covered: set[str]) -> None:
    """Signs, arrows and letters stay, and replacements of emoji are printable."""
    printed = [character for character in map(chr, PLANE) if character in covered and category(character) != "Cf"]
    assert [character for character in printed if without_emoji(character) != (character, "")] == []
    replaced = "".join(without_emoji(character)[0] for character in map(chr, PLANE) if character not in covered)
    assert {"✓", "✗", "→"} <= set(replaced) & covered


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Fire 🔥!", ("Fire !", "🔥")),
        ("❤️ ⭐️", ("❤ ⭐", "")),
        ("👩‍💻 at work", (" at work", "👩💻")),
        ("✅ yes ❌ no", ("✓ yes ✗ no", "")),
        ("می‌خواهم क्‍ष", ("می‌خواهم क्‍ष", "")),
    ],
)
def test_emoji_in_text(text: str, wanted: tuple[str, str]) -> None:
    """Parts of an emoji go with it; joiners of words stay."""
    assert without_emoji(text) == wanted


def test_emoji_in_code() -> None:
    """Code keeps a name, or it would mean something else."""
    assert with_names('print("🔥" + "✅")') == ('print(":fire:" + "✓")', "🔥")
