"""The e-book can be read on pages of any color, whatever color scheme a reading system claims to have."""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from crib.source import read_book
from tests.conftest import write_book
from tests.epubs import editions, show
from tests.outputs.epub.test_epub import contrast, luminance

if TYPE_CHECKING:
    from pathlib import Path

    from tests.chromium import Chromium
    from tests.epubs import Opened

CHAPTER = """\
## Which colors? {#colors tags="looks" level=recall see="links"}

::: gist
Few: `code`, [a link](#links) and $x$.
:::

A [note]{.term}[^1] and ~~no~~ *slanted* words.

![A black square](figures/square.svg "A square")

```python
# A comment
def add(number: int = 1) -> str:
    return "text" if number and not None else f"{number}"
```

::: tip
Look.
:::

::: warning
Look out.
:::

::: practice
Some looked.
:::

::: {.since date=2024-05}
Other colors, [elsewhere](https://example.org).
:::

| | b |
|:--|:--|
| c | 2 |

[^1]: A note.

::: hint
Blue.
:::

## And links? {#links}

::: gist
They have their own.
:::

See [elsewhere](https://example.org).
"""

# Boxes of text, line by line, of formulas and figures, in CSS pixels
PLACES = """
(() => {
  const box = each => [each.left, each.top, each.right, each.bottom];
  const boxes = selector => [...document.querySelectorAll(selector)].map(each => box(each.getBoundingClientRect()));
  const lines = [], range = document.createRange();
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    if (!texts.currentNode.data.trim() || texts.currentNode.parentElement.closest("svg, math")) continue;
    for (const line of texts.currentNode.data.matchAll(/\\S.*/g)) {
      range.setStart(texts.currentNode, line.index);
      range.setEnd(texts.currentNode, line.index + line[0].trimEnd().length);
      lines.push(...[...range.getClientRects()].map(box));
    }
  }
  const text = [...lines, ...boxes("math, svg.drawn")].filter(([left, top, right]) => right - left > 3);
  return {text, figures: boxes("figure img"), height: document.documentElement.scrollHeight};
})()
"""
WIDTH, SCALE = 500, 3
PAPERS = {"#ffffff": "#000000", "#f8f1e3": "#000000", "#2b2b2b": "#ffffff", "#000000": "#ffffff"}
"""Colors of pages, each with its text color."""
SQUARE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="-2 -2 24 24"><path d="M5 5h10v10h-10z"/></svg>'


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> list[Opened]:
    """Return the book of the chapter above with formulas in MathML, and with drawings."""
    folder = write_book(tmp_path_factory.mktemp("both"), CHAPTER)
    (folder / "figures").mkdir()
    (folder / "figures/square.svg").write_text(SQUARE, encoding="utf-8")
    return editions(read_book(folder).book)


def joined(edition: Opened) -> str:
    """Return all pages of an e-book as one, the answers first, with the address of its files."""
    names = [f"{way}/01-first-steps" for way in ("answers", "questions", "sheet")]
    names += [f"text/{name}" for name in ("title", "index", "topics", "changes")]
    pages = [edition.zip.read(f"EPUB/{name}.xhtml").decode() for name in names]
    bodies = [re.findall("(?s)<body.*?>(.*)</body>", page)[0] for page in pages]
    return re.sub("(?s)(<body.*?>).*</body>", lambda body: "".join([body[1], *bodies, "</body>"]), pages[0])


def seen(browser: Chromium) -> tuple[Image.Image, dict[str, list[list[float]]]]:
    """Return a screenshot of the whole page, and the places of text and figures on it."""
    size = {"width": WIDTH, "deviceScaleFactor": SCALE, "mobile": False}
    browser.call("Emulation.setDeviceMetricsOverride", height=800, **size)
    browser.call("Emulation.setDeviceMetricsOverride", height=browser.value(PLACES)["height"], **size)
    try:
        return Image.open(BytesIO(browser.screenshot())).convert("RGB"), browser.value(PLACES)
    finally:
        browser.call("Emulation.clearDeviceMetricsOverride")


def cut(image: Image.Image, box: list[float], inset: float = 0) -> Image.Image:
    """Return the part of a screenshot in *box*, reduced on all sides by *inset* CSS pixels."""
    left, top, right, bottom = box
    sides = (left + inset, top + inset, right - inset, bottom - inset)
    left, top, right, bottom = (round(side * SCALE) for side in sides)
    return image.crop((left, top, right, bottom))


def extremes(image: Image.Image) -> tuple[str, str]:
    """Return the darkest and the lightest color in *image*."""
    colors: list[tuple[int, tuple[int, int, int]]] = image.getcolors(image.width * image.height)  # type: ignore[assignment]
    ordered = sorted((f"#{bytes(color).hex()}" for _, color in colors), key=luminance)
    return ordered[0], ordered[-1]


@pytest.mark.parametrize("flavor", [0, 1], ids=["mathml", "drawn"])
@pytest.mark.parametrize("paper", PAPERS)
def test_all_can_be_seen(both: list[Opened], page: Chromium, tmp_path: Path, paper: str, flavor: int) -> None:
    """In screenshots, each line of text and each formula has a contrast of 4.5:1; a figure is as drawn, on white."""
    both[flavor].zip.extractall(tmp_path)
    shown = tmp_path / "EPUB/answers/joined.xhtml"
    shown.write_text(joined(both[flavor]), encoding="utf-8")
    for scheme in ("light", "dark"):
        show(page, shown, f"html {{ background: {paper}; color: {PAPERS[paper]} }}", scheme)
        image, places = seen(page)
        assert len(places["text"]) > 60
        contrasts = {tuple(box): contrast(*extremes(cut(image, box))) for box in places["text"]}
        assert {box: ratio for box, ratio in contrasts.items() if ratio < 4.5} == {}
        [figure] = places["figures"]
        assert extremes(cut(image, figure, inset=1)) == ("#000000", "#ffffff")
        assert extremes(cut(image, figure, inset=1).crop((0, 0, 9, 9))) == ("#ffffff", "#ffffff")


def test_a_color_would_be_found(both: list[Opened], page: Chromium, tmp_path: Path) -> None:
    """The test above can fail: text with a color of its own, for light pages, cannot be read on a black one."""
    both[0].zip.extractall(tmp_path)
    shown = tmp_path / "EPUB/answers/01-first-steps.xhtml"
    show(page, shown, "html { background: #000; color: #fff } .label { color: #1a6fb0 }")
    image, places = seen(page)
    assert min(contrast(*extremes(cut(image, box))) for box in places["text"]) < 4.5
