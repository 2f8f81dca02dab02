"""Fonts reduced to some characters."""

from __future__ import annotations

from io import BytesIO
from shutil import copyfile
from typing import TYPE_CHECKING

from fontTools.ttLib import TTFont

from crib.engine.cache import Cache, use
from crib.home import own_folder
from crib.render.font_subset import subset_font

if TYPE_CHECKING:
    from pathlib import Path


def characters_of(font: bytes) -> set[str]:
    """Return the characters with glyphs in *font*."""
    return set(map(chr, TTFont(BytesIO(font)).getBestCmap()))


def test_a_subset_is_that_of_the_current_file(tmp_path: Path) -> None:
    """A cached subset is used again only for the same font and the same characters."""
    first, other = sorted((own_folder() / "fonts").glob("*.ttf"))[:2]
    path = tmp_path / "font.ttf"
    before = use(Cache(tmp_path / "cache"))
    try:
        copyfile(first, path)
        subset = subset_font(path, set("ab"))
        assert subset_font(path, set("ba")) == subset
        assert characters_of(subset) == set("ab")
        assert characters_of(subset_font(path, set("abc"))) == set("abc")
        assert subset_font(path, set("ab"), for_web=True) != subset
        copyfile(other, path)
        assert subset_font(path, set("ab")) != subset
    finally:
        use(before)
