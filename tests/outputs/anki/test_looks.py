"""Cards in a real browser, with Anki's own MathJax."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from contextlib import closing
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pytest

from crib.source import read_book
from tests.chromium import find
from tests.conftest import BOOK, FRONT
from tests.decks import imported

if TYPE_CHECKING:
    from pathlib import Path

    from crib.model import Book

MATHJAX = files("mathjax") / "static/mathjax/es5/tex-chtml-full.js"
# As Anki sets it up; then what sticks out of the window, formulas that their boxes cut above or below, marks that
# begin a line after a formula with one of its own, and pictures that are not there, out of shape or too small.
PAGE = r"""<!doctype html>
<meta charset="utf-8">
<base href="file://{media}/">
<script>
const LOADED = new Promise(done => addEventListener("load", done));
MathJax = {{tex: {{displayMath: [["\\[", "\\]"]], processEscapes: false, processEnvironments: false}}, startup: {{
  pageReady: () => Promise.all([MathJax.startup.defaultPageReady(), LOADED]).then(() => {{
    const wide = [...document.querySelectorAll("main *")].filter(element => {{
      for (let up = element.parentElement; up; up = up.parentElement)
        if (getComputedStyle(up).overflowX === "auto") return false;
      return !element.closest("mjx-assistive-mml") && element.getBoundingClientRect().right > innerWidth + 1;
    }});
    const cut = [...document.querySelectorAll(".math.display, .math.wide")].filter(box => {{
      const outside = box.getBoundingClientRect();
      const inside = box.querySelector("mjx-math").getBoundingClientRect();
      return getComputedStyle(box).display !== "inline"
        && (inside.top < outside.top - 1 || inside.bottom > outside.bottom + 1);
    }});
    const alone = [...document.querySelectorAll(".math.wide")].filter(box => {{
      const last = !box.nextSibling && box.parentElement.matches(".cloze, .cloze-inactive") ? box.parentElement : box;
      const mark = new Range(), text = last.nextSibling;
      if (!/^[,.;:!?)]/.test(text?.data ?? "")) return false;
      mark.setStart(text, 0);
      mark.setEnd(text, 1);
      return mark.getBoundingClientRect().top >= box.getBoundingClientRect().bottom - 1;
    }});
    const bad = [...document.images].filter(image => {{
      const {{paddingLeft, paddingTop}} = getComputedStyle(image);
      const width = image.clientWidth - 2 * parseFloat(paddingLeft);
      const height = image.clientHeight - 2 * parseFloat(paddingTop);
      const shape = image.naturalWidth / image.naturalHeight;
      return !(width >= Math.min(image.naturalWidth, innerWidth / 2) && Math.abs(width / height / shape - 1) < 0.05);
    }});
    const told = elements => elements.map(element => element.outerHTML.slice(0, 200));
    const formulas = document.querySelectorAll("mjx-math").length;
    parent.postMessage({{wide: told(wide), cut: told(cut), alone: told(alone), bad: told(bad), formulas}}, "*");
  }})}}}};
</script>
<script src="file://{mathjax}"></script>
<body class="card {night}">{cards}</body>
"""
FRAME = """<!doctype html><iframe src="{page}" width="{width}" height="800"></iframe>
<script>onmessage = event => {{ document.body.textContent = JSON.stringify(event.data) }};</script>
"""


LONG = r"""
## What is too long? {#long}

::: gist
$\frac{1}{m}\sum_{i=1}^{m}\left[y^{(i)}\log\left(\hat{p}^{(i)}\right)+\left(1-y^{(i)}\right)\log\left(1-\hat{p}^{(i)}\right)\right]$
:::

A mark stands after a formula ($\sum_{i=1}^{m}y^{(i)}\log\left(\hat{p}^{(i)}\right)+\left(1-y^{(i)}\right)\log y$),
with it.

Unbreakable: WORDWORDWORD, and `CODECODECODE`.

$$\frac{1}{m}\sum_{i=1}^{m}\left[y^{(i)}\log\left(\hat{p}^{(i)}\right)+\left(1-y^{(i)}\right)\log\left(1-\hat{p}^{(i)}\right)\right]$$

```python
model = CODECODECODE
```

| One | Two | Three |
|:--|:--|:--|
| WORDWORDWORD | WORDWORDWORD | `CODECODECODE` |

::: cloze
It is [`CODECODECODE` and $\sum_{i=1}^{m}y^{(i)}\log\left(\hat{p}^{(i)}\right)+\left(1-y^{(i)}\right)\log y$]{.c1}, or
[not]{.c2}.
:::
""".replace("WORD", 10 * "word").replace("CODE", 10 * "code")


@pytest.fixture(scope="module")
def cards(shipped: Book, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """Return the answers of all cards: of the shipped book, and of one with everything too long.

    The second value is the folder of their pictures.
    """
    media = tmp_path_factory.mktemp("media")
    folder = tmp_path_factory.mktemp("long")
    (folder / "book.yaml").write_text(BOOK)
    (folder / "01-long.md").write_text(FRONT + LONG)
    both = []
    for name, book in (("shipped", shipped), ("long", read_book(folder).book)):
        with closing((deck := imported(book, tmp_path_factory.mktemp(name))).collection):
            both += [card.render_output().answer_text for card in deck.cards]
            shutil.copytree(deck.collection.media.dir(), media, dirs_exist_ok=True)
            style = deck.collection.models.by_name("Crib Recall")["css"]
    return f"<style>{style}</style>{''.join(both)}", media


def shown(cards: tuple[str, Path], folder: Path, width: int, night: str) -> dict[str, Any]:
    """Return the browser's measurements of a page of all answers, *width* pixels wide, with `written` formulas."""
    html_of_cards, media = cards
    page = PAGE.format(mathjax=MATHJAX, night=night, media=media, cards=html_of_cards)
    (folder / "page.html").write_text(page, encoding="utf-8")
    (folder / "frame.html").write_text(FRAME.format(page="page.html", width=width), encoding="utf-8")
    done = subprocess.run(
        [find(), "--headless", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files",
         "--virtual-time-budget=100000", f"--user-data-dir={folder}/profile", "--dump-dom", f"file://{folder}/frame.html"],
        capture_output=True, text=True, check=True, timeout=300,
    )  # fmt: skip
    body = re.search(r"<body>(\{.*\})</body>", done.stdout, re.DOTALL)
    assert body, done.stdout[:500]
    found: dict[str, Any] = json.loads(html.unescape(body[1]))
    return {**found, "written": html_of_cards.count('<span class="math ')}


@pytest.mark.parametrize(("width", "night"), [(360, ""), (1200, "nightMode night_mode")])
def test_nothing_sticks_out_and_no_formula_is_cut(
    cards: tuple[str, Path], tmp_path: Path, width: int, night: str
) -> None:
    """Long code, wide tables and formulas scroll inside the card, on a phone and on a desk; pictures are there."""
    found = shown(cards, tmp_path, width, night)
    assert found["formulas"] == found["written"] > 0
    assert "<img" in cards[0]
    assert found["bad"] == []
    assert found["alone"] == []
    assert found["wide"] == []
    assert found["cut"] == []
