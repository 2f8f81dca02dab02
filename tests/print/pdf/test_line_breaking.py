"""A line of printed text ends only if the next word does not fit."""

from __future__ import annotations

from bisect import bisect_left
from functools import cache

import pytest

from crib.print.pdf.weasyprint_loader import load_weasyprint

TEXT = "Use predictions for instances that the model was"
BLANK = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/%3E"


def lines(html: str, width: float) -> list[str]:
    """Return the lines of *html* in a column of *width* pixels."""
    css = f"@page {{ size: {width}px 500px; margin: 0 }} body {{ margin: 0; font: 16px 'Source Sans 3' }}"
    [page] = load_weasyprint().HTML(string=f"<html lang=en><style>{css}</style><p>{html}").render().pages
    found = [box for box in page._page_box.descendants() if type(box).__name__ == "LineBox"]
    return ["".join(box.text for box in line.descendants() if hasattr(box, "text")) for line in found]


@cache
def least_width(html: str) -> float:
    """Return the minimum width for *html* on one line, in pixels, to a tenth."""
    return bisect_left(range(4000), True, lo=3000, key=lambda tenths: len(lines(html, tenths / 10)) == 1) / 10


@pytest.mark.parametrize(
    "after",
    ["<b>not trained</b> on.", "<code>fit()</code> saw.", "<a href='#x'>not</a>.", f'<img src="{BLANK}">', "trained"],
)
def test_a_text_that_fits_but_for_the_space_behind_it_is_whole(after: str) -> None:
    """With any text after it, fitting words stay on the line; its end may be anywhere within the space."""
    width = least_width(TEXT)
    for more in (0, 0.5, 1, 2, 3):
        first, *others = lines(f"{TEXT} {after}", width + more)
        assert first.rstrip() == TEXT
        assert len(others) == 1


def test_code_that_fits_but_for_a_space_is_whole() -> None:
    """With significant spaces, too, a space at the end of a line may hang over its edge."""
    start = f'<pre style="margin: 0; white-space: pre-wrap; font: inherit">a <span>{TEXT}'
    first, *_ = lines(f"{start} not trained on such predictions for a long time", least_width(start))
    assert first.rstrip() == f"a {TEXT}"


def test_a_no_break_space_does_not_hang() -> None:
    """If the text after a no-break space does not fit, the last word alone goes to the next line with it."""
    first, second = lines(f"{TEXT}&nbsp;<span>••</span>", least_width(TEXT) + 1)
    assert (first, second) == (TEXT.removesuffix(" was"), "was\N{NO-BREAK SPACE}••")


def test_a_text_that_does_not_fit_is_broken_at_its_last_space() -> None:
    """A line too short by a hair loses only its last word."""
    first, second = lines(f"{TEXT} <b>not</b>", least_width(TEXT) - 0.1)
    assert (first, second) == (TEXT.removesuffix(" was"), "was not")
