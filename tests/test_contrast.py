"""Colors of the e-book, as Chromium applies them, can be read on light and dark pages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from crib.source import read_book
from tests.conftest import write_book
from tests.epubs import editions, told_by

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
# The lowest contrast (WCAG 2.2) of each color of text with what lies behind it.
MEASURE = """
function luminance([r, g, b]) {
  const [R, G, B] = [r, g, b].map(c => c / 255).map(c => c <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4);
  return .2126 * R + .7152 * G + .0722 * B;
}
const numbers = color => color.match(/[\\d.]+/g).map(Number);
function behind(element) {
  for (let up = element; up; up = up.parentElement) {
    const color = numbers(getComputedStyle(up).backgroundColor);
    if (color.length === 3 || color[3] > 0) return color;
  }
}
const found = {};
function note(color, element) {
  const [low, high] = [luminance(numbers(color)), luminance(behind(element))].sort((a, b) => a - b);
  found[color] = Math.min(found[color] ?? 99, (high + .05) / (low + .05));
}
for (const path of document.querySelectorAll("svg.drawn path")) note(getComputedStyle(path).fill, path);
const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (texts.nextNode()) {
  const element = texts.currentNode.parentElement;
  if (texts.currentNode.data.trim()) note(getComputedStyle(element).color, element);
}
tell(found);
"""


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> list[Opened]:
    """Return the book of the chapter above with formulas in MathML, and with drawings."""
    return editions(read_book(write_book(tmp_path_factory.mktemp("both"), CHAPTER)).book)


PAGES = [("light", "#ffffff", "#000000"), ("light", "#f8f1e3", "#000000"), ("dark", "#000000", "#ffffff")]
PAGES += [("dark", "#2b2b2b", "#ffffff")]


def joined(edition: Opened) -> str:
    """Return all pages of an e-book as one, the answers first, with the address of its files."""
    names = [f"{way}/01-first-steps" for way in ("answers", "questions", "sheet")]
    names += [f"text/{name}" for name in ("title", "index", "topics", "changes")]
    pages = [edition.zip.read(f"EPUB/{name}.xhtml").decode() for name in names]
    bodies = [re.findall("(?s)<body.*?>(.*)</body>", page)[0] for page in pages]
    return re.sub("(?s)(<body.*?>).*</body>", lambda body: "".join([body[1], *bodies, "</body>"]), pages[0])


@pytest.mark.parametrize("flavor", [0, 1], ids=["mathml", "drawn"])
@pytest.mark.parametrize("colors", PAGES, ids="-".join)
def test_all_text_can_be_read(
    both: list[Opened], page: Chromium, tmp_path: Path, colors: tuple[str, str, str], flavor: int
) -> None:
    """The contrast of all text is at least 4.5:1, also that of links, formulas and highlighted code."""
    scheme, paper, ink = colors
    edition = both[flavor]
    edition.zip.extractall(tmp_path)
    shown = tmp_path / "EPUB/answers/shown.xhtml"
    shown.write_text(joined(edition), encoding="utf-8")
    contrasts = told_by(page, shown, MEASURE, f"html {{ background: {paper}; color: {ink} }}", scheme=scheme)
    assert len(contrasts) >= 5, contrasts
    assert {color: ratio for color, ratio in contrasts.items() if ratio < 4.5} == {}
