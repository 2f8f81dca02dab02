"""Drawings on the study page look as they do in a file of their own."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from PIL import Image, ImageChops

from crib.render.drawings import drawing
from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.chromium import Chromium

FIGURES = sorted((ROOT / "content/figures").glob("*.svg"))
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="60" height="40" viewBox="0 0 60 40" {}>{}</svg>'
DRAWN = [
    SVG.format('stroke="#112233" stroke-width="1"', '<rect width="9" height="9"/><rect x="20" width="9" height="9"/>'),
    SVG.format(
        'stroke-width="3"',
        '<line x2="9" y2="9" stroke="#FF0000" stroke-width="1"/><line x2="20" y2="9" stroke="#f00" stroke-width="1"/>'
        '<g stroke="#f00" fill="#00ff00"><rect width="20" y="20" height="9" fill="#0f0" stroke="none"/>'
        '<rect width="9" x="30" y="20" height="9" stroke="none"/><circle cx="50" cy="20" r="5"/></g>',
    ),
    SVG.format(
        'text-anchor="middle"',
        '<text x="30" y="9" font-size="9">a <tspan font-weight="600">b</tspan> <tspan>c</tspan></text>\n'
        '<text x="30" y="20" font-size="9" text-anchor="start">d</text>'
        '<g font-size="9" transform="translate(0 30)"><text x="30">e</text><text x="40" fill="#aabbcc">f</text>'
        '<text x="50" fill="#aabbcc">g</text></g>',
    ),
]
REFUSED = ["<style>rect { fill: red }</style>", '<use href="#a"/>', '<rect fill="url(#a)" clip-path="x"/>']


def _look(page: Chromium, file: Path, drawings: tuple[str, ...]) -> Image.Image:
    """Return a screenshot of a page with *drawings*."""
    head = '<!DOCTYPE html><meta charset="utf-8"><style>svg { width: 240px; height: auto }</style>'
    file.write_text(head + "".join(map(str.strip, drawings)), encoding="utf-8")
    page.call("Emulation.setDeviceMetricsOverride", width=1250, height=2600, deviceScaleFactor=1, mobile=False)
    page.open(file.as_uri())
    page.wait(f"document.readyState === 'complete' && document.querySelectorAll('svg').length === {len(drawings)}")
    return Image.open(BytesIO(page.screenshot())).convert("RGB")


def test_they_look_the_same(page: Chromium, tmp_path: Path) -> None:
    """All figures of the shipped book, and small ones with groups, defaults and spaces: nobody sees a difference."""
    drawn = {svg: drawing(svg.encode()) for svg in (*DRAWN, *(path.read_text(encoding="utf-8") for path in FIGURES))}
    before, after = zip(*((svg, part) for svg, part in drawn.items() if part), strict=True)
    assert set(DRAWN) < set(before)
    try:
        looks = _look(page, tmp_path / "after.html", after), _look(page, tmp_path / "before.html", before)
    finally:
        page.call("Emulation.clearDeviceMetricsOverride")
    unlike = ImageChops.difference(*looks).tobytes()
    assert max(unlike) < 25  # of 255
    assert len(unlike) - unlike.count(0) < len(unlike) / 1000
    assert sum(map(len, after)) < 0.75 * sum(map(len, before))


def test_what_looks_the_same_says_so_once() -> None:
    """Neighbors share a group, without repeating inherited or initial values."""
    drawn = drawing(DRAWN[0].encode())
    assert drawn.count("stroke") == 1
    assert "stroke-width" not in drawn
    assert "#123" in drawn


@pytest.mark.parametrize("inner", REFUSED)
def test_styles_and_references_stay_outside(inner: str) -> None:
    """Such a drawing is not inlined, nor is one of unknown size."""
    assert drawing(SVG.format("", inner).encode()) == ""
    assert drawing(b'<svg xmlns="http://www.w3.org/2000/svg"><rect width="9" height="9"/></svg>') == ""


@pytest.mark.parametrize(
    ("element", "short"),
    [
        ('<polyline points="10,20 10.5,20 9.5,20.25 0,-20.25 0,0"/>', '<path d="M10 20l.5 0-1 .25-9.5-40.5 0 20.25"/>'),
        ('<polygon points=" 100.0 200\n110 , 210, 100.25 200 "/>', '<path d="M100 200l10 10-9.75-10z"/>'),
        ('<polyline points="1,2 3,4"/>', '<polyline points="1,2 3,4"/>'),
        *(
            (f'<polygon points="{points}"/>',) * 2
            for points in ("", "1000000", "1e3 1e3 1e3,1e3 1e3,1e3", "1000,1000-1001,1000")
        ),
    ],
)
def test_a_line_of_many_points_is_a_path(element: str, short: str) -> None:
    """Each point is a step from the one before it, exactly, if that is shorter."""
    assert short in drawing(SVG.format("", element).encode())
