"""Helpers for tests of the study page: build it, open it in a browser, and act like a reader."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crib.outputs.web.jobs import jobs
from crib.render.templates import Templates
from crib.source import read_book
from tests.conftest import BOOK, write_book
from tests.pdfs import made

if TYPE_CHECKING:
    from pathlib import Path

    from tests.chromium import Chromium

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 20" id="x">{}</svg>'
SQUARE = SVG.format('<title>No</title><text x="1" y="9">word</text>')
STYLED = SVG.format('<style>h1 { color: red }</style><rect width="9" height="9"/>')
READY = "location.protocol === 'file:' && document.readyState === 'complete' && document.documentElement.dataset.way"
FIRST = """\
## Which planet is the largest? {#planet tags="sky" level=recall see="moons"}

::: choices
- [ ] Earth
- [x] Jupiter
- [ ] Mars
:::

::: hint
It has a red spot.
:::

::: gist
**Jupiter**: twice all others.
:::

A [gas giant]{.term}[^1] of mass $m$, as XML `<svg xmlns="x">` or `<img src="media/x">`:

$$\\frac{m}{2} = \\sqrt{x}$$

![A square](figures/square.svg "A square")

![A styled one](figures/styled.svg "Styled")

```python
def add(number: int = 1) -> str:  # <img src="media/no.png">
    return f"{number}"
```

| | b |
|:--|--:|
| c | 2 |

::: {.since date=2024-05}
Nothing.
:::

[^1]: A note.

## Which are moons? {#moons tags="sky" level=explain}

::: choices
- [x] Io
- [ ] Mars
- [x] Europa
:::

::: gist
Io and Europa.
:::

Élan vital is no moon. See [the planet](#planet).
"""
SECOND = "".join(
    f"## What is number {i}? {{#n{i}}}\n\n::: gist\nIt is number {i}.\n:::\n\nNothing but {i}: $x_{i}$.\n\n"
    for i in range(1, 6)
)


def write(folder: Path, first: str = FIRST, book: str = BOOK) -> Path:
    """Write a book of two chapters to *folder*, and return it."""
    figures = {"figures/square.svg": SQUARE, "figures/styled.svg": STYLED}
    written = write_book(folder, first, book=book, **figures)
    (written / "02-more.md").write_text(f"---\ntitle: More\nnumber: 2\n---\n\n{SECOND}", encoding="utf-8")
    return written


def build(folder: Path) -> bytes:
    """Return the study page of the book in *folder*, made in this process."""
    [page] = made(jobs(read_book(folder).book, Templates())).values()
    return page


def go(page: Chromium, file: Path, place: str = "") -> None:
    """Open the study page *file* at a place, by an address of its own; the reader has not been there."""
    page.open("about:blank")
    page.open(f"{file.as_uri()}{place}")
    page.wait(READY)


def forget(page: Chromium, file: Path) -> None:
    """Open the study page *file* like a first visitor."""
    go(page, file)
    page.value("localStorage.clear()")
    go(page, file)


def click(page: Chromium, selector: str) -> None:
    """Click the first visible element matching *selector*."""
    shown = f"[...document.querySelectorAll(`{selector}`)].find(each => each.checkVisibility())"
    page.wait(f"({shown}).click() === undefined")
