"""Colors of the e-book, as Chromium applies them, can be read on light and dark pages."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest

from crib.outputs import epub
from crib.render.templates import Templates
from crib.source import read_book

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import MakeBook

CHAPTER = """\
## Which colors? {#colors tags="looks" level=recall see="links"}

::: gist
Few: `code`, [a link](#links) and $x$.
:::

A note[^1] and ~~no~~ *slanted* words.

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
Other colors.
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
# The lowest contrast (WCAG 2.2) of each color of text with what lies behind it; links are the reader's.
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
const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (texts.nextNode()) {
  const element = texts.currentNode.parentElement;
  if (!texts.currentNode.data.trim() || element.closest("a:not(:has(.code-chip))") ) continue;
  const color = getComputedStyle(element).color;
  const [low, high] = [luminance(numbers(color)), luminance(behind(element))].sort((a, b) => a - b);
  found[color] = Math.min(found[color] ?? 99, (high + .05) / (low + .05));
}
document.body.textContent = JSON.stringify(found);
"""
PAGES = [("light", "#ffffff", "#000000"), ("light", "#f8f1e3", "#000000"), ("dark", "#000000", "#ffffff")]
PAGES += [("dark", "#2b2b2b", "#ffffff")]


@pytest.fixture(scope="module")
def browser() -> str:
    """Return a Chromium."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if not found:
        pytest.skip("there is no Chromium here")
    return found


@pytest.mark.parametrize(("scheme", "page", "ink"), PAGES)
def test_all_text_can_be_read(
    make_book: MakeBook, tmp_path: Path, browser: str, scheme: str, page: str, ink: str
) -> None:
    """At least 4.5:1 for all that is not the reader's own, code with its many colors too."""
    [job] = epub.jobs(read_book(make_book(CHAPTER)).book, Templates())
    (tmp_path / "book.epub").write_bytes(job.make(*job.arguments))
    with ZipFile(tmp_path / "book.epub") as book:
        book.extractall(tmp_path)
    chapter = tmp_path / "EPUB/text/01-first-steps.xhtml"
    reader = f"<style>html {{ background: {page}; color: {ink} }}</style>"
    script = f"<script><![CDATA[{MEASURE}]]></script></body>"
    chapter.write_text(chapter.read_text().replace("<head>", f"<head>{reader}").replace("</body>", script))
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", f"--user-data-dir={tmp_path / 'user'}"]
    options += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    options += [f"--blink-settings=preferredColorScheme={['dark', 'light'].index(scheme)}", "--dump-dom"]
    done = subprocess.run(
        [browser, *options, chapter.as_uri()], capture_output=True, text=True, check=True, timeout=120
    )
    told = re.search(r"<body[^>]*>(\{.*\})</body>", done.stdout)
    assert told, done.stdout[-500:]
    contrasts: dict[str, float] = json.loads(html.unescape(told[1]))
    assert len(contrasts) >= 5, contrasts
    assert {color: ratio for color, ratio in contrasts.items() if ratio < 4.5} == {}
