"""The e-book on a screen: drawn formulas, pages of the printed book, and wide content on a narrow page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from crib.home import own_folder
from crib.source import read_book
from tests.conftest import write_book
from tests.epubs import (
    OPF,
    TYPE,
    H,
    M,
    Opened,
    S,
    build,
    by_class,
    by_id,
    editions,
    epubcheck,
    links,
    nav,
    show,
    text,
)

if TYPE_CHECKING:
    from pathlib import Path

    from tests.chromium import Chromium
    from tests.conftest import MakeBook

CHAPTER = r"""
## What is $x^2$ & more? {#power}

::: gist
A matrix: $\left(\begin{array}{c|c} \mathbf{A} & b \\ \hline 0 & \text{é} < 1\end{array}\right)$.
:::

First, with $x_1$, and $x_1 + x_2 + x_3 + x_4 + x_5 + x_6 + x_7 + x_8 + x_9 + x_{10} + x_{11} + x_{12}$ in a line.

$$a_1 + a_2 + a_3 + a_4 + a_5 + a_6 + a_7 + a_8 + a_9 + a_{10} + a_{11} + a_{12} + a_{13} + a_{14} + a_{15}$$

| one | two | three |
|:--|:--|:--|
| `a_name_that_cannot_be_broken()` | `another_one_of_the_same_length()` | $\sum_i x_i$ |

```python
value = "a line of code that is too long for any narrow page and has to wrap somewhere before its end"
```

A-word-with-very-many-parts-https://example.org/that/is/longer/than/the/page/and/breaks/anywhere.

## And then? {#then}

::: gist
The end.
:::

Second.

Third.

Fourth: $\sqrt{\frac{a}{b}} \hat{y} \le \left\lVert\sum_i \mathbf{x}_i\right\rVert$.

$$\left(\begin{array}{c} \sqrt{\dfrac{a^2}{\dfrac{b}{c}}} \\ \vdots \\ \underbrace{d + e}_{f} \end{array}\right)$$
"""


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> list[Opened]:
    """Return the book of the chapter above with formulas in MathML, and with drawings."""
    return editions(read_book(write_book(tmp_path_factory.mktemp("both"), CHAPTER)).book)


def test_drawings_say_what_mathml_says(both: list[Opened]) -> None:
    """Drawings have the same order on every page as MathML, and the same alternative texts."""
    mathml, drawn = both
    for name, page in mathml.pages.items():
        expected = [math.get("alttext") for math in page.iter(f"{M}math")]
        assert [drawing[0].text for drawing in by_class(drawn.pages[name], "drawn")] == expected
        assert drawn.pages[name].find(f".//{M}math") is None
    assert len(by_class(drawn.page("answers/01-first-steps"), "drawn")) == 8


def test_drawings_follow_the_text(both: list[Opened]) -> None:
    """Drawings have the color, size and baseline of the text, a role for screen readers, and need no other file."""
    _, drawn = both
    drawings = [drawing for page in drawn.pages.values() for drawing in by_class(page, "drawn")]
    for drawing in drawings:
        assert drawing.get("role") == "img"
        assert all(re.fullmatch(r"[\d.]+em", drawing.get(side, "")) for side in ("width", "height"))
        paints = {e.get(name) for e in drawing.iter() for name in ("fill", "stroke")}
        assert paints <= {"currentColor", "none", None}
        assert not {e.tag for e in drawing.iter()} & {f"{S}use", f"{S}image", f"{S}style"}
    assert any("vertical-align: -" in drawing.get("style", "") for drawing in drawings)
    rules = [line for drawing in drawings for line in drawing.iter(f"{S}line")]
    assert {line.get("stroke-width") for line in rules} == {"70"}
    assert not any("fonts/" in name for name in drawn.zip.namelist())


PRINTED = {"then.1": "xiv", "power": "7", "then": "9", "power.2": "8", "elsewhere": "99"}


def test_pages_of_the_printed_book(make_book: MakeBook, tmp_path: Path) -> None:
    """Each begins at its place, has a name for screen readers, and is in the page list, in reading order."""
    opened = build(read_book(make_book(CHAPTER)).book, printed=PRINTED)
    page = opened.page("answers/01-first-steps")
    breaks = [e for e in page.iter() if e.get(TYPE) == "pagebreak"]
    assert [e.get("aria-label") for e in breaks] == ["page 7", "page 8", "page 9", "page xiv"]
    assert {e.get("role") for e in breaks} == {"doc-pagebreak"}
    power, then = by_id(page, "power"), by_id(page, "then")
    assert (power[0], then[0]) == (breaks[0], breaks[2])
    ncx = opened.xml("EPUB/toc.ncx")
    targets = [e.get("src", "") for e in ncx.iter() if "#_page" in e.get("src", "")]
    assert targets == [f"answers/01-first-steps.xhtml#{e.get('id')}" for e in breaks]
    assert "wide" in power[list(power).index(breaks[1]) + 1].get("class", "")
    assert text(then[list(then).index(breaks[3]) + 1]) == "Third."
    listed = nav(opened, "page-list")
    assert [text(a) for a in listed.iter(f"{H}a")] == ["7", "8", "9", "xiv"]
    assert links(listed) == [f"answers/01-first-steps.xhtml#{e.get('id')}" for e in breaks]
    assert {"pageBreakMarkers", "pageNavigation"} <= {*opened.metadata("schema:accessibilityFeature")}
    assert opened.metadata("pageBreakSource") == ["A Small Book (PDF), 2024-02-29"]
    assert epubcheck(opened.data, tmp_path) == set()


def test_without_a_printed_book(both: list[Opened]) -> None:
    """No placeholder of a page break is left."""
    for opened in both:
        for name in opened.zip.namelist():
            assert not re.search(rb"pagebreak|page-list|<!--", opened.zip.read(name)) or not name.endswith("xhtml")
        assert not [m for m in opened.package.iter(f"{OPF}meta") if "page" in m.get("property", "").lower()]


# Everything outside a page of 320 pixels, except in a scrollable box
WIDE = """
[...document.body.querySelectorAll("*")].filter(element => {
  const box = element.parentElement.closest(".wide, .formula, .long, pre");
  return !box && element.getBoundingClientRect().right > 320.5;
}).map(element => element.outerHTML.slice(0, 80))
"""


def too_wide(browser: Chromium, page: Path, size: str) -> list[str]:
    """Return the elements wider than *page* at 320 pixels and this type *size*."""
    browser.call("Emulation.setDeviceMetricsOverride", width=320, height=600, deviceScaleFactor=1, mobile=False)
    try:
        show(browser, page, f"html {{ font-size: {size} }}")
        found: list[str] = browser.value(WIDE)
        return found
    finally:
        browser.call("Emulation.clearDeviceMetricsOverride")


@pytest.mark.parametrize("size", ["100%", "200%"])
@pytest.mark.parametrize("flavor", [0, 1], ids=["mathml", "drawn"])
def test_nothing_hangs_off_a_narrow_page(
    both: list[Opened], page: Chromium, tmp_path: Path, flavor: int, size: str
) -> None:
    """Text and code wrap, tables and formulas scroll, on a page of 320 pixels, also in letters twice as large."""
    both[flavor].zip.extractall(tmp_path)
    chapter = tmp_path / "EPUB/answers/01-first-steps.xhtml"
    assert too_wide(page, chapter, size) == []
    for name in ("wide", "formula", "long"):
        boxless = chapter.with_stem("boxless")
        html = chapter.read_text(encoding="utf-8")
        assert f' class="{name}"' in html
        boxless.write_text(html.replace(f' class="{name}"', ""), encoding="utf-8")
        assert too_wide(page, boxless, size) != []


def test_a_font_of_few_letters_looks_like_the_whole(both: list[Opened], page: Chromium, tmp_path: Path) -> None:
    """Formulas in the embedded font subset equal those in the whole font, to the pixel."""
    both[0].zip.extractall(tmp_path)
    font, whole = tmp_path / "EPUB/fonts/STIXTwoMath-Regular.ttf", own_folder() / "fonts/STIXTwoMath-Regular.ttf"
    assert font.stat().st_size < whole.stat().st_size / 10
    chapter = tmp_path / "EPUB/answers/01-first-steps.xhtml"

    def shot(name: str) -> bytes:
        """Return a screenshot with the font as it is, from a page of another *name*: nothing comes from a cache."""
        shown = chapter.with_stem(name)
        css = (tmp_path / "EPUB/math.css").read_text(encoding="utf-8").replace(".ttf", f".ttf?{name}")
        (tmp_path / f"EPUB/{name}.css").write_text(css, encoding="utf-8")
        shown.write_text(chapter.read_text(encoding="utf-8").replace("math.css", f"{name}.css"), encoding="utf-8")
        page.call("Emulation.setDeviceMetricsOverride", width=800, height=2000, deviceScaleFactor=1, mobile=False)
        show(page, shown, "")
        return page.screenshot()

    try:
        part = shot("part")
        font.write_bytes(whole.read_bytes())
        assert shot("whole") == part
        font.write_bytes((own_folder() / "fonts/SourceSans3-Regular.ttf").read_bytes())
        assert shot("other") != part
    finally:
        page.call("Emulation.clearDeviceMetricsOverride")


BASELINE = """
[...document.querySelectorAll(".long")].map(each => {
  const mark = document.createElement("img");
  const bottom = parent => (parent.prepend(mark), mark.getBoundingClientRect().bottom);
  mark.alt = "";
  each.before(mark);
  return mark.getBoundingClientRect().bottom - bottom(each.firstElementChild);
})
"""


@pytest.mark.parametrize("flavor", [0, 1], ids=["mathml", "drawn"])
def test_a_formula_that_scrolls_stays_on_its_line(
    both: list[Opened], page: Chromium, tmp_path: Path, flavor: int
) -> None:
    """A scrollable formula has the baseline of the text around it."""
    both[flavor].zip.extractall(tmp_path)
    chapter = tmp_path / "EPUB/answers/01-first-steps.xhtml"
    assert {e.get("tabindex") for e in by_class(both[flavor].page("answers/01-first-steps"), "long")} == {"0"}
    show(page, chapter, "")
    away = page.value(BASELINE)
    assert away
    assert max(map(abs, away)) < 1


ALONE = """
[...document.querySelectorAll(".long")].map(each => {
  const range = document.createRange();
  const top = text => (range.selectNodeContents(text), range.getBoundingClientRect().top);
  const bottom = each.querySelector("span").getBoundingClientRect().bottom;
  return [each.previousSibling.data.trim().at(-1), top(each.lastChild) < bottom, each.nextSibling.data.trim()[0]];
})
"""


@pytest.mark.parametrize("flavor", [0, 1], ids=["mathml", "drawn"])
def test_no_punctuation_is_alone_on_a_line(make_book: MakeBook, page: Chromium, tmp_path: Path, flavor: int) -> None:
    """Punctuation around a long formula stays with it, on a page as wide as the formula."""
    long = "$a_1 + a_2 + a_3 + a_4 + a_5 + a_6 + a_7 + a_8 + a_9$"
    text = f"## Why? {{#a}}\n\nIt is ({long}), and also {long}. So.\n"
    opened = editions(read_book(make_book(text)).book)[flavor]
    opened.zip.extractall(tmp_path)
    page.call("Emulation.setDeviceMetricsOverride", width=300, height=600, deviceScaleFactor=1, mobile=False)
    try:
        show(page, tmp_path / "EPUB/answers/01-first-steps.xhtml", "")
        assert page.value(ALONE) == [["s", True, "a"], ["o", True, "S"]]
    finally:
        page.call("Emulation.clearDeviceMetricsOverride")


def test_a_list_of_links_has_no_other_tab_stops(make_book: MakeBook) -> None:
    """A long formula in a question can be scrolled at its answer; in lists it is part of a link."""
    long = "## Why is $a_1 + a_2 + a_3 + a_4 + a_5 + a_6 + a_7 + a_8 = 0$? {#a}\n\nSo.\n"
    opened = build(read_book(make_book(long)).book)
    stops = [e for page in opened.pages.values() for a in page.iter(f"{H}a") for e in a.iter() if e.get("tabindex")]
    assert stops == []
    assert by_class(nav(opened, "toc"), "long") != []
    assert by_class(opened.page("answers/01-first-steps"), "long")[0].get("tabindex") == "0"
