"""Sizes of pictures, and of the type in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PIL import Image

from crib.print.pdf.printer import Printer

if TYPE_CHECKING:
    from pathlib import Path

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="96" height="96"{}>{}</svg>'
WORD = '<text y="20"{}>word</text>'


@pytest.mark.parametrize(
    ("attributes", "content", "points"),
    [
        ("", WORD.format(""), 12),
        ("", WORD.format(' font-size="20"'), 15),
        ("", WORD.format(' style="font-size: 10pt"'), 10),
        ("", "<style>.small { font-size: 8px }</style>" + WORD.format(' class="small"'), 6),
        ("", f'<g font-size="8">{WORD}{WORD}</g>'.format("", ' font-size="40"'), 6),
        ("", f'<g transform="translate(9 9) scale(.5)">{WORD}</g>'.format(""), 6),
        ("", f'<g transform="rotate(90)">{WORD}</g>'.format(' font-size="8"'), 6),
        (' viewBox="0 0 48 48"', WORD.format(""), 24),
        ("", '<text y="20" font-size="20">10<tspan font-size="8">2</tspan></text>', 15),
        ("", '<text y="20"><tspan font-size="8">word</tspan> </text>', 6),
        ("", '<text y="20"> </text><path d="M0 0h9v9z"/>', 0),
    ],
)
def test_the_smallest_label_is_found(tmp_path: Path, attributes: str, content: str, points: float) -> None:
    """Wherever a drawing sets the size of its type; indices do not count."""
    (tmp_path / "x.svg").write_text(SVG.format(attributes, content), encoding="utf-8")
    size = Printer(tmp_path, {}).picture_size("x.svg")
    assert [size.width, size.label] == pytest.approx([25.4, points])


def test_a_bitmap_has_no_labels(tmp_path: Path) -> None:
    """A bitmap has no labels, and pixels of CSS's size."""
    Image.new("L", (192, 9)).save(tmp_path / "x.png")
    size = Printer(tmp_path, {}).picture_size("x.png")
    assert [size.width, size.label] == pytest.approx([50.8, 0])


def test_a_drawing_without_a_size(tmp_path: Path) -> None:
    """It is as wide as browsers draw it."""
    (tmp_path / "x.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>', encoding="utf-8")
    assert Printer(tmp_path, {}).picture_size("x.svg").width == pytest.approx(300 * 25.4 / 96)
