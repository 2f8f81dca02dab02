"""The preview for people with a keyboard or a screen reader."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crib.preview.views import VIEWS
from tests.conftest import ANSWER, BOOK, ROOT, write_book
from tests.preview.test_serve import FRAME, PAGE, look, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.chromium import Chromium
    from tests.preview.test_serve import Serving

AXE = ROOT / "tools/ace/node_modules/@daisy/axe-core-for-ace/axe.min.js"
ADDRESSES = [view.address.format("01-first-steps") for view in VIEWS]
CHAPTER = (
    ANSWER.replace("{#answer}", "{#answer n=1 level=explain source=notebooks reverse=true answer=word}")
    + "\n$$x^2$$\n\n- [x] a\n- [ ] b\n\n::: cloze\nA [gap]{.c1} and $x$.\n:::\n"
)
FOUND = "axe.run(document, {resultTypes: ['violations'], iframes: false})"
FOUND += ".then(run => run.violations.map(each => each.id + ': ' + each.nodes[0].html.slice(0, 120)))"
CURRENT = "document.activeElement.closest('.chapters') ? document.activeElement.innerText : document.activeElement.id"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """Serve a book of three chapters."""
    folder = write_book(tmp_path_factory.mktemp("accessible") / "content", CHAPTER, book=BOOK)
    for number in (2, 3):
        (folder / f"0{number}-more.md").write_text(f"# More\n\n## And {number}?\n\nYes.\n", encoding="utf-8")
    with serving(folder) as server:
        yield server


@pytest.mark.parametrize("address", ADDRESSES)
def test_axe_finds_nothing(server: Serving, page: Chromium, address: str) -> None:
    """Neither in the front page nor in a view of a chapter with contents."""
    if not AXE.exists():
        pytest.skip("axe is missing: `make a11y` brings it")
    axe = AXE.read_text(encoding="utf-8")
    look(page, server, address)
    page.value(f"{axe}; true")
    assert page.value(FOUND) == []
    page.open("about:blank")
    page.open(f"{server.url.rstrip('/')}{address}")
    page.wait("document.readyState === 'complete' && document.body.innerText.includes('What is an answer?')")
    page.value(f"{axe}; true")
    assert page.value(FOUND) == []


def test_a_keyboard_finds_its_way(server: Serving, page: Chromium) -> None:
    """The list of chapters is one tab stop, with arrow keys inside, and a link skips it."""
    look(page, server, "/sheet/02-more")
    stops = "[...document.querySelectorAll('.chapters a')].map(each => each.tabIndex)"
    assert page.value(stops) == [-1, 0, -1]
    page.value("document.querySelector('.chapters [tabindex=\"0\"]').focus()")
    seen = []
    for key in ("ArrowDown", "ArrowDown", "Home", "End", "ArrowUp"):
        page.press(key)
        seen.append(page.value(CURRENT).split()[0])
    assert seen == ["3", "3", "1", "3", "2"]
    page.press("Tab")
    assert page.value("document.activeElement.dataset.view") == "sheet"
    page.value("document.querySelector('.skip').focus()")
    page.press("Enter")
    page.wait(f"document.activeElement === {FRAME}")
    assert page.value("location.hash") == "#/sheet/02-more"
    assert page.value(f"{PAGE}.body.innerText.includes('And 2?')")
