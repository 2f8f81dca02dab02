"""The e-book in old engines: Adobe's as checked by kobofix, MuPDF, and targets of Calibre's conversion."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import kobofix
import pytest

from crib.source import read_book
from tests.conftest import write_book
from tests.epubs import Opened, editions

if TYPE_CHECKING:
    from pathlib import Path

CHAPTER = r"""
::: formulas
| Name | Formula | Holds |
|:--|:--|:--|
| Deep | $d = \dfrac{1}{1 + b}$ | words below it |
:::

## How deep is $\log_2 m$? {#deep tags="depth" level=recall}

::: gist
As deep as `depth`, with $\frac{1}{2}\sum_i x_i$ and a [term]{.term}.
:::

Some words before a formula $m = 10^6$, and some after it.

$$\left(\frac{1}{5}\right)^2 = 0.04$$

```python
import depth  # a comment
```

| a | b |
|:--|:--|
| c | d |

![A square](figures/square.svg "A square")
"""
SQUARE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 20"><path d="M5 5h10v10h-10z"/></svg>'


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> list[Opened]:
    """Return the book of the chapter above with formulas in MathML, and with drawings."""
    folder = write_book(tmp_path_factory.mktemp("both"), CHAPTER, **{"figures/square.svg": SQUARE})
    return editions(read_book(folder).book)


@pytest.fixture(params=[0, 1], ids=["mathml", "drawn"])
def path(request: pytest.FixtureRequest, both: list[Opened], tmp_path: Path) -> Path:
    """Return the file of each e-book in turn."""
    file = tmp_path / "book.epub"
    file.write_bytes(both[request.param].data)
    return file


def test_kobofix_finds_nothing(path: Path) -> None:
    """Nothing is reported as broken on Kobo's devices, with Adobe's engine."""
    command = [sys.executable, kobofix.__file__, "--check", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "0 error, 0 warning, 0 info" in done.stdout, done.stdout


def test_mupdf_shows_contents_and_formulas_in_proportion(both: list[Opened], tmp_path: Path) -> None:
    """It reads the style sheet to its end, finds the contents, and draws a formula no higher than its line."""
    pymupdf = pytest.importorskip("pymupdf", reason="MuPDF is missing: python -m pip install pymupdf")
    pymupdf.TOOLS.mupdf_display_errors(False)
    pymupdf.TOOLS.mupdf_warnings()
    file = tmp_path / "drawn.epub"
    file.write_bytes(both[1].data)
    with pymupdf.open(file) as document:
        document.layout(width=420, height=640, fontsize=10)
        contents = [title for _, title, _ in document.get_toc()]
        pages = [page.get_text("dict") for page in document]
    assert "css" not in pymupdf.TOOLS.mupdf_warnings()
    assert contents[:4] == ["Cover", "Contents", "Questions", "1 First Steps"]
    assert r"1.1 How deep is \log_2 m?" in contents
    lines = [line for page in pages for block in page["blocks"] for line in block.get("lines", [])]
    tops = {"".join(span["text"] for span in line["spans"]).strip(): line["bbox"][1] for line in lines}
    assert abs(tops["Some words before a formula"] - tops[", and some after it."]) < 1


def test_mupdf_draws_no_formula_over_the_next_line(both: list[Opened], tmp_path: Path) -> None:
    """Words below a formula of a strip begin below its fraction: MuPDF adds no room below a baseline."""
    pymupdf = pytest.importorskip("pymupdf", reason="MuPDF is missing: python -m pip install pymupdf")
    pymupdf.TOOLS.mupdf_display_errors(False)
    file = tmp_path / "drawn.epub"
    file.write_bytes(both[1].data)
    with pymupdf.open(file) as document:
        document.layout(width=420, height=640, fontsize=10)
        [strip] = [page for page in document if page.search_for("words below it")]
        [words] = strip.search_for("words below it")
        bottoms = [image["bbox"][3] for image in strip.get_image_info() if image["bbox"][1] < words.y0]
    assert bottoms
    assert max(bottoms) <= words.y0 + 1


@pytest.mark.parametrize("target", ["azw3", "kepub"])
def test_calibre_converts_without_a_warning(path: Path, target: str) -> None:
    """Calibre makes a book for Kindle and for Kobo of it, and warns of nothing."""
    converter = shutil.which("ebook-convert") or pytest.skip("Calibre is missing: install the package `calibre`")
    command = [converter, str(path), str(path.with_suffix(f".{target}"))]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if "No plugin to handle output format" in done.stderr:
        pytest.skip(f"this Calibre is too old for {target}: install version 8")
    assert done.returncode == 0, done.stderr
    assert not re.search("warning|error", done.stdout + done.stderr, re.IGNORECASE)
