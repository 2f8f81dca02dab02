"""Limits on the cost of drawing an SVG."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from crib.source.svg import svg_complaint

if TYPE_CHECKING:
    from pathlib import Path

SECONDS = 0.2
"""Seconds of processor time for an endless picture; an honest one may take longer."""

RECT = "<rect width='100' height='100' fill='url(#a)'/>"
STOPS = "<stop offset='0' stop-color='red'/><stop offset='1'/>"


def refusal(folder: Path, inside: str, attributes: str = "viewBox='0 0 100 100'", seconds: float = SECONDS) -> str:
    """Return why an SVG with *inside* is refused; nothing if it is not."""
    path = folder / "x.svg"
    path.write_text(f"<svg xmlns='http://www.w3.org/2000/svg' {attributes}>{inside}</svg>")
    found = svg_complaint(path, seconds)
    return found[0] if found else ""


def linear(attributes: str) -> str:
    """Return a shape with a gradient."""
    return f"<linearGradient id='a' y2='0' {attributes}>{STOPS}</linearGradient>{RECT}"


def radial(attributes: str) -> str:
    """Return a shape with a gradient."""
    return f"<radialGradient id='a' {attributes}>{STOPS}</radialGradient>{RECT}"


ENDLESS = linear("spreadMethod='repeat' x2='1e-7'")


@pytest.mark.parametrize(
    "inside",
    [
        ENDLESS,
        linear("spreadMethod='reflect' x2='0.0000001' gradientUnits='userSpaceOnUse'"),
        linear("style='spreadMethod:reflect' spreadMethod='repeat' x2='1' gradientTransform='scale(1e-7)'"),
        radial("spreadMethod='repeat' r='1e-7'"),
        radial("spreadMethod='reflect' fr='99999' r='99999.001'"),
        "<linearGradient id='b' spreadMethod='repeat' x2='1e-7' y2='0'/>" + linear("href='#b'"),
    ],
)
def test_gradients_that_repeat_without_end(tmp_path: Path, inside: str) -> None:
    """Endlessly repeating gradients are refused in time."""
    started = time.monotonic()
    assert "to draw" in refusal(tmp_path, inside)
    assert time.monotonic() - started < 60


@pytest.mark.parametrize(
    ("inside", "why"),
    [
        ("<rect width='1e9' height='1'/>", "a number in `width`"),
        ("<rect width='10' height='-9999999'/>", "a number in `height`"),
        ("<path d='M0 0L1e300 0'/>", "a number in `d`"),
        ("<rect x='nan' width='1' height='1'/>", "a number in `x`"),
        ("<rect width='inf' height='1'/>", "a number in `width`"),
        ("<g transform='scale(1e12)'><circle r='1'/></g>", "a number in `transform`"),
        ("<text font-size='1e8'>x</text>", "a number in `font-size`"),
        ("<text style='font-size:1e8px'>x</text>", "a number in `style`"),
        (f"<text>{'word ' * 10_000}</text>", "too much text"),
        (f"<g><title>{'w' * 100_000}</title></g>", "too much text"),
        ("<line x2='100' stroke-dasharray='1e-6'/>", "too many dashes"),
        ("<line x2='900000' stroke-dasharray='1 2'/>", "too many dashes"),
        ("<line x2='100' style='stroke-dasharray: 0.001'/>", "too many dashes"),
        ("<style>line{stroke-dasharray:.0001,.0002}</style><line x2='100'/>", "too many dashes"),
    ],
)
def test_numbers_without_measure(tmp_path: Path, inside: str, why: str) -> None:
    """Lengths, text and dashes have limits."""
    assert why in refusal(tmp_path, inside)


def test_the_size_of_the_picture_itself(tmp_path: Path) -> None:
    """A large size in any of its three attributes is refused."""
    for attributes in ("viewBox='0 0 1e9 1'", "width='1e9' height='1'", "width='1' height='99999999px'"):
        assert "a number in" in refusal(tmp_path, "<circle r='1'/>", attributes)
    assert "too large" in refusal(tmp_path, f"<!--{'x' * 3_000_000}-->")


def test_honest_pictures(tmp_path: Path) -> None:
    """Repeated gradients, patterns, markers, dashes, colors and names of many digits are right."""
    inside = (
        "<defs><pattern id='p' width='4' height='4' patternUnits='userSpaceOnUse'><circle r='1'/></pattern>"
        "<marker id='m' markerWidth='4' markerHeight='4'><path d='M0 0L4 2L0 4z'/></marker></defs>"
        + linear("spreadMethod='repeat' x2='0.1'")
        + "<rect id='n12345678' fill='url(#p)' width='50' height='50' stroke='#12345678' style='fill:#99999999'/>"
        "<line x2='100' stroke-dasharray='0.5 1' marker-end='url(#m)'/><text font-size='9'>2026-11-28</text>"
    )
    assert refusal(tmp_path, inside, seconds=10) == ""


def test_no_limits(tmp_path: Path) -> None:
    """Without limits, a picture is not drawn to estimate its cost."""
    path = tmp_path / "x.svg"
    path.write_text(f"<svg xmlns='http://www.w3.org/2000/svg'>{ENDLESS}</svg>")
    assert svg_complaint(path, 0) is None
