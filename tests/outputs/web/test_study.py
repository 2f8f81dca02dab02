"""The study page in a real browser."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import pytest

from tests.chromium import chromium, find
from tests.conftest import BOOK
from tests.outputs.web.pages import build, click, forget, go, write
from tests.preview.test_accessible import AXE, FOUND

if TYPE_CHECKING:
    from pathlib import Path

    from tests.chromium import Chromium

SHOWN = "[...document.querySelectorAll('{}')].filter(each => each.checkVisibility({{visibilityProperty: true}}))"
ROOM = "[...document.querySelectorAll('.room:not([hidden])')].map(each => each.id).join()"
FOCUS = "document.activeElement.id || document.activeElement.className"
PROGRESS = "localStorage.getItem('crib:small-book:progress')"
SIDEWAYS = "document.documentElement.scrollWidth > innerWidth"


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the study page of a small book."""
    folder = tmp_path_factory.mktemp("study")
    path = folder / "small-book.html"
    path.write_bytes(build(write(folder / "content")))
    return path


def shown(page: Chromium, selector: str) -> list[str]:
    """Return the text of the visible elements matching *selector*."""
    texts: list[str] = page.value(f"{SHOWN.format(selector)}.map(each => each.innerText.trim())")
    return texts


def typed(page: Chromium, words: str) -> None:
    """Type *words* into the search box, after its keyboard shortcut."""
    page.press("/")
    page.call("Input.insertText", text=words)


def test_nothing_is_requested(file: Path, page: Chromium) -> None:
    """In use, the page fetches no resource, and runs no script but its own."""
    forget(page, file)
    for place in ("#planet", "#_index", "#_quiz"):
        go(page, file, place)
    names = "performance.getEntriesByType('resource').map(each => each.name).filter(name => !name.startsWith('data:'))"
    assert page.value(names) == []
    page.value("document.body.append(Object.assign(document.createElement('script'), {textContent: 'window.ran = 1'}))")
    page.value("document.body.insertAdjacentHTML('beforeend', '<img src=\"x.png\" onerror=\"window.ran = 1\">')")
    fetched = "fetch('https://example.org').then(() => 'fetched', () => 'refused')"
    assert page.value(fetched) == "refused"
    assert page.value("window.ran ?? 'no'") == "no"


def test_without_script(file: Path, page: Chromium) -> None:
    """Everything is readable: hints, answers, back matter; controls of the script are hidden."""
    page.call("Emulation.setScriptExecutionDisabled", value=True)
    try:
        page.open("about:blank")
        page.open(file.as_uri())
        page.wait("document.readyState === 'complete' && location.protocol === 'file:'")
        text = page.value("document.body.innerText")
        for words in (
            "red spot",
            "twice all others",
            "A note.",
            "It is number 5.",
            "gas giant",
            "Index",
            "A Small Book",
        ):
            assert words in text
        assert shown(page, "button, input, select, #_quiz, #_search") == []
    finally:
        page.call("Emulation.setScriptExecutionDisabled", value=False)


def test_three_ways(file: Path, page: Chromium) -> None:
    """Asked, a question is alone; read, everything is there; on the sheet, gists only. The way is remembered."""
    forget(page, file)
    go(page, file, "#_chapter2")
    assert len(shown(page, ".answer")) == 5
    assert shown(page, ".gist, .whole") == []
    click(page, ".reveal button")
    assert shown(page, ".gist") == ["In short\n\nIt is number 1."]
    assert page.value(FOCUS) == "reply"
    click(page, "[data-way=sheet]")
    assert len(shown(page, ".gist")) == 5
    assert shown(page, ".whole, .rate, .reveal, .hint") == []
    click(page, "[data-way=read]")
    assert len(shown(page, ".gist")) == len(shown(page, ".whole")) == 5
    go(page, file, "#_chapter1")
    assert page.value("document.documentElement.dataset.way") == "read"


@pytest.mark.parametrize(
    ("place", "room", "visible"),
    [
        ("#moons", "_chapter1", "#moons h3"),
        ("#planet.term0", "_chapter1", "#planet .gist"),
        ("#_index", "_index", "#_index ul"),
        ("#nowhere", "_start", ".map"),
        ("", "_start", ".map"),
    ],
)
def test_addresses(file: Path, page: Chromium, place: str, room: str, visible: str) -> None:
    """A key opens its question, a place in an answer opens the answer, and an unknown address opens the start."""
    forget(page, file)
    go(page, file, place)
    page.wait(f"{ROOM} === '{room}'")
    assert len(shown(page, visible)) == 1


def test_links_and_the_way_back(file: Path, page: Chromium) -> None:
    """A link shows another room, with the focus there; the browser's way back leads back."""
    forget(page, file)
    click(page, '[href="#_chapter2"]')
    page.wait(f"{ROOM} === '_chapter2'")
    assert page.value("document.activeElement.tagName") == "H2"
    page.value("history.back()")
    page.wait(f"{ROOM} === '_start'")


def test_a_quiz_with_the_keyboard(file: Path, page: Chromium) -> None:
    """Space reveals, a digit rates and continues; the end shows counts, and repeats unknown answers."""
    forget(page, file)
    go(page, file, "#_quiz")
    page.value("document.getElementById('_of_chapter').value = '2'")
    page.value("document.getElementById('_setup').dispatchEvent(new Event('change', {bubbles: true}))")
    assert shown(page, "#_selected") == ["5 questions"]
    page.value("document.getElementById('_seed').value = '7'")
    click(page, "#_begin")
    order = []
    for rating in "31233":
        order.append(page.value("document.querySelector('#_question .answer').id"))
        assert page.value(FOCUS) == order[-1]
        assert shown(page, "#_question .gist") == []
        page.press(" ")
        assert len(shown(page, "#_question .gist")) == 1
        page.press(rating)
    assert sorted(order) == [f"_card.n{i}" for i in range(1, 6)]
    assert order != sorted(order)
    assert shown(page, "#_score") == ["3 known, 1 shaky, 1 not known, 0 not rated"]
    assert page.value(FOCUS) == "_score"
    rated = {key.removeprefix("_card."): int(rating) for key, rating in zip(order, "31233", strict=True)}
    assert json.loads(page.value(PROGRESS)) == rated
    click(page, "#_again")
    assert shown(page, "#_place") == ["1 of 2, seed 7"]
    page.press("ArrowRight")
    assert shown(page, "#_place") == ["2 of 2, seed 7"]
    page.press("ArrowLeft")
    assert shown(page, "#_place") == ["1 of 2, seed 7"]


def test_an_order_is_that_of_its_seed(file: Path, page: Chromium) -> None:
    """The same seed gives the same order, another one another."""
    orders = []
    for seed in ("7", "7", "8"):
        go(page, file, "#_quiz")
        page.value(f"document.getElementById('_seed').value = '{seed}'")
        click(page, "#_begin")
        order = []
        for _ in range(7):
            order.append(page.value("document.querySelector('#_question .answer').id"))
            page.press("ArrowRight")
        orders.append(order)
    assert orders[0] == orders[1] != orders[2]


def test_choices_answer_themselves(file: Path, page: Chromium) -> None:
    """The only right choice is judged at once, several when they are checked; both are rated."""
    forget(page, file)
    go(page, file, "#_chapter1")
    click(page, "#planet li:nth-child(2) .choose")
    assert shown(page, "#planet .verdict") == ["That is right."]
    assert json.loads(page.value(PROGRESS)) == {"planet": 3}
    click(page, "#moons li:nth-child(1) .choose")
    assert shown(page, "#moons .gist") == []
    click(page, "#moons .check button")
    assert shown(page, "#moons .verdict") == ["That is wrong."]
    assert len(shown(page, "#moons .is-right")) == 2
    assert json.loads(page.value(PROGRESS)) == {"planet": 3, "moons": 1}
    assert page.value("document.querySelector('#moons .rate [data-rating=\"1\"]').ariaPressed") == "true"


def test_progress_is_a_map(file: Path, page: Chromium) -> None:
    """It is saved, drawn as a square for each answer, and in a table of counts for screen readers."""
    forget(page, file)
    page.value('localStorage.setItem(\'crib:small-book:progress\', \'{"n1": 3, "n2": 1, "gone": 3, "n3": 9}\')')
    go(page, file)
    squares = "[...document.querySelectorAll('[data-chapter=\"2\"] .square')].map(each => each.dataset.rating).join('')"
    assert page.value(squares) == "31000"
    cells = "[...document.querySelectorAll('[data-chapter=\"2\"] [data-count]')].map(each => each.textContent).join('')"
    assert page.value(cells) == "101"
    assert shown(page, "#_sum") == ["1 of 7 known"]


def test_progress_is_a_file(file: Path, page: Chromium, tmp_path: Path) -> None:
    """It is saved and loaded again; a file of another book is refused; clearing asks first."""
    forget(page, file)
    page.value("localStorage.setItem('crib:small-book:progress', '{\"n1\": 2}')")
    go(page, file)
    page.call("Page.setDownloadBehavior", behavior="allow", downloadPath=str(tmp_path))
    click(page, "#_more")
    click(page, "#_export")
    saved = tmp_path / "small-book-progress.json"
    end = time.monotonic() + 30
    while not saved.exists() or not saved.stat().st_size:
        assert time.monotonic() < end
        time.sleep(0.05)
    assert json.loads(saved.read_text()) == {"book": "small-book", "ratings": {"n1": 2}}
    click(page, "#_clear")
    assert page.value(FOCUS) == "_no"
    assert json.loads(page.value(PROGRESS)) == {"n1": 2}
    click(page, "#_yes")
    assert page.value(PROGRESS) == "{}"
    other = tmp_path / "other.json"
    other.write_text('{"book": "other", "ratings": {"n1": 3}}')
    for path, told in (
        (other, "This file holds no progress of this book."),
        (saved, "Progress of 1 answer was loaded."),
    ):
        load(page, path)
        page.wait(f"document.getElementById('_told').textContent === '{told}'")
    assert json.loads(page.value(PROGRESS)) == {"n1": 2}


def load(page: Chromium, path: Path) -> None:
    """Give the page a file, like a reader choosing one."""
    root = page.call("DOM.getDocument")["root"]["nodeId"]
    node = page.call("DOM.querySelector", nodeId=root, selector="#_file")["nodeId"]
    page.call("DOM.setFileInputFiles", nodeId=node, files=[str(path)])


def test_search(file: Path, page: Chromium) -> None:
    """Search ignores capitals and accents, and lists questions first; a result opens its answer."""
    forget(page, file)
    typed(page, "ELAN")
    page.wait("document.getElementById('_found').textContent === '1 answer found'")
    assert "Élan" in shown(page, "#_results mark")
    page.press("Enter")
    page.wait(f"{ROOM} === '_chapter1'")
    page.wait("document.querySelector('#moons .reply').checkVisibility()")
    typed(page, "planet")
    page.wait(f"{ROOM} === '_search' && document.querySelectorAll('#_results a').length === 2")
    assert page.value("[...document.querySelectorAll('#_results a')].map(each => each.hash).join()") == "#planet,#moons"
    page.press("Escape")
    page.wait(f"{ROOM} === '_chapter1'")
    typed(page, "no such thing")
    page.wait("document.getElementById('_found').textContent === 'Nothing found. Try fewer or shorter words.'")


def test_the_search_of_the_browser_opens_answers(file: Path, page: Chromium) -> None:
    """The browser's search finds hidden text, and unfolds it."""
    forget(page, file)
    page.wait("!document.querySelector('noscript')")
    assert page.value("document.querySelector('#_chapter2').getAttribute('hidden')") == "until-found"
    go(page, file, "#_chapter2")
    assert page.value("document.querySelector('#n3 .reply').getAttribute('hidden')") == "until-found"
    page.value("document.querySelector('#n3 .reply').dispatchEvent(new Event('beforematch', {bubbles: true}))")
    assert len(shown(page, "#n3 .gist")) == 1


def test_colors(file: Path, page: Chromium) -> None:
    """Colors are the system's, or the reader's choice."""
    forget(page, file)
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    seen = {}
    for scheme in ("light", "dark"):
        page.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        seen[scheme] = page.value(ground)
    assert len(set(seen.values())) == 2
    page.value("document.getElementById('_theme').value = 'light'")
    page.value("document.getElementById('_theme').dispatchEvent(new Event('change'))")
    assert page.value(ground) == seen["light"]
    page.call("Emulation.setEmulatedMedia", features=[])


def test_printed(file: Path, page: Chromium) -> None:
    """On paper all answers are visible, open or not, and no controls."""
    forget(page, file)
    go(page, file, "#_chapter2")
    page.call("Emulation.setEmulatedMedia", media="print")
    try:
        assert len(shown(page, "#_chapter2 .gist")) == 5
        assert shown(page, "button, input, .bar") == []
    finally:
        page.call("Emulation.setEmulatedMedia", media="")


def test_the_search_box_gives_the_focus_back(file: Path, page: Chromium) -> None:
    """`/` moves the focus there and Escape back, to the former element or the title: `/` works again."""
    forget(page, file)
    page.value("document.querySelector('[data-way=read]').focus()")
    page.press("/")
    assert page.value(FOCUS) == "_query"
    page.press("Escape")
    assert page.value("document.activeElement.dataset.way") == "read"
    page.value("document.activeElement.blur()")
    typed(page, "moon")
    page.press("Escape")
    assert page.value(FOCUS) == "_start.title"
    page.press("/")
    assert page.value(FOCUS) == "_query"
    assert page.value("document.activeElement.value") == ""


def test_marks_are_where_the_words_are(tmp_path: Path, page: Chromium) -> None:
    """Letters folded to more or fewer do not move later marks, in any script."""
    path = tmp_path / "page.html"
    words = (
        "\u00c9tude of \u0130stanbul: \ud55c\uad6d\uc5b4, \u0939\u093f\u0928\u094d\u0926\u0940, e\u0301t\u00e9, target"
    )
    path.write_bytes(build(write(tmp_path / "content", f"## What is a text? {{#text}}\n\n::: gist\n{words}.\n:::\n")))
    for query, mark in (
        ("target", "target"),
        ("istanbul", "\u0130stanbul"),
        ("ete", "\u00e9t\u00e9"),
        ("\uad6d", "\uad6d"),
    ):
        forget(page, path)
        typed(page, query)
        page.wait("document.getElementById('_found').textContent === '1 answer found'")
        assert page.value("document.querySelector('#_results p mark').textContent") == mark


def test_swipes(file: Path, page: Chromium) -> None:
    """A swipe to the left continues, one to the right goes back; a short or steep one does nothing."""
    forget(page, file)
    go(page, file, "#_quiz")
    click(page, "#_begin")
    page.call("Emulation.setTouchEmulationEnabled", enabled=True)
    try:
        for right, down, number in ((-120, 5, 2), (-120, 0, 3), (120, 5, 2), (-40, 0, 2), (-120, 100, 2)):
            swipe(page, right, down)
            page.wait(f"document.getElementById('_place').textContent.startsWith('{number} of 7')")
    finally:
        page.call("Emulation.setTouchEmulationEnabled", enabled=False)


def swipe(page: Chromium, right: int, down: int) -> None:
    """Move a finger over the current question."""
    x, y = page.value(
        "(box => [box.x + box.width / 2, box.y + 60])(document.querySelector('#_question').getBoundingClientRect())"
    )
    page.call("Input.dispatchTouchEvent", type="touchStart", touchPoints=[{"x": x, "y": y}])
    page.call("Input.dispatchTouchEvent", type="touchMove", touchPoints=[{"x": x + right, "y": y + down}])
    page.call("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])


@pytest.mark.parametrize(
    ("box", "copied"),
    [("#planet pre", "def add(number: int = 1) -> str:"), ("#planet .formula", "\\frac{m}{2} = \\sqrt{x}")],
)
def test_copy_buttons(file: Path, page: Chromium, box: str, copied: str) -> None:
    """Code and the TeX of a formula can be pasted afterwards; the button says so, and keeps the focus."""
    forget(page, file)
    go(page, file, "#_chapter1")
    click(page, "[data-way=read]")
    page.call("Runtime.evaluate", expression=f"document.querySelector('{box} .copy').click()", userGesture=True)
    page.wait("document.getElementById('_status').textContent === 'Copied.'")
    assert page.value(FOCUS) == "copy"
    page.press("/")
    page.call("Input.dispatchKeyEvent", type="keyDown", key="v", commands=["paste"])
    assert page.wait("document.getElementById('_query').value").startswith(copied)


def test_a_browser_that_keeps_nothing(file: Path, tmp_path: Path) -> None:
    """Without storage, all works until the page is closed, and the first rating shows a notice."""
    (tmp_path / "Default").mkdir()
    settings = {"profile": {"default_content_setting_values": {"cookies": 2}}}
    (tmp_path / "Default/Preferences").write_text(json.dumps(settings), encoding="utf-8")
    with chromium(find(), tmp_path) as page:
        go(page, file, "#_chapter2")
        refused = "(() => { try { return localStorage.length } catch (error) { return error.name } })()"
        assert page.value(refused) == "SecurityError"
        click(page, "#n1 .reveal button")
        click(page, "#n1 [data-rating='3']")
        page.wait("document.getElementById('_status').textContent.includes('keeps no data')")
        page.value("location.hash = '_start'")
        page.wait("document.getElementById('_sum').textContent === '1 of 7 known'")


def test_motion_only_if_wanted(file: Path, page: Chromium) -> None:
    """The only animation, the bar of the quiz, is off if the system prefers reduced motion."""
    go(page, file, "#_quiz")
    moving = "each => parseFloat(getComputedStyle(each).transitionDuration)"
    moves = f"[...document.querySelectorAll('*')].filter({moving}).length"
    for wish, count in (("no-preference", 1), ("reduce", 0)):
        page.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-reduced-motion", "value": wish}])
        assert page.value(moves) == count
    page.call("Emulation.setEmulatedMedia", features=[])


def test_the_quiz_leads_to_the_deck(file: Path, page: Chromium) -> None:
    """Beside the page is the deck, for spaced repetition."""
    go(page, file, "#_quiz")
    assert shown(page, '#_setup [href="small-book.apkg"]') == ["small-book.apkg"]


@pytest.mark.parametrize("language", ["en-US", "ar"])
def test_narrow_and_wide(tmp_path: Path, page: Chromium, language: str) -> None:
    """From 320 pixels to 4K nothing is wider than the window, in both writing directions."""
    path = tmp_path / "page.html"
    html = build(write(tmp_path / "content", book=BOOK)).decode()
    path.write_text(html.replace('dir="ltr">', 'dir="rtl">', 1) if language == "ar" else html, encoding="utf-8")
    for width in (320, 768, 3840):
        page.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=800, deviceScaleFactor=1, mobile=width < 400
        )
        for place in ("", "#planet", "#_index", "#_quiz"):
            go(page, path, place)
            assert page.value(SIDEWAYS) is False, (width, place)
    page.call("Emulation.clearDeviceMetricsOverride")


def test_long_words_in_a_question(tmp_path: Path, page: Chromium) -> None:
    """On a phone they are broken, code too, and stay on their card."""
    chapter = f"## What is {'word' * 12} in `{'name_' * 9}`? {{#planet}}\n\nLong.\n"
    path = tmp_path / "page.html"
    path.write_bytes(build(write(tmp_path / "content", chapter)))
    page.call("Emulation.setDeviceMetricsOverride", width=320, height=800, deviceScaleFactor=1, mobile=True)
    go(page, path, "#planet")
    ends = "['', ' > h3 > span'].map(each => document.querySelector(`#planet${each}`).getBoundingClientRect().right)"
    card, words = page.value(ends)
    assert words <= card
    page.call("Emulation.clearDeviceMetricsOverride")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(file: Path, page: Chromium, scheme: str) -> None:
    """In each way and state: questions closed and open, quiz, search, menu, back matter."""
    if not AXE.exists():
        pytest.skip("axe is missing: `make a11y` brings it")
    forget(page, file)
    page.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    axe = AXE.read_text(encoding="utf-8")
    states = {
        "": [],
        "#_chapter1": [],
        "#_chapter2": [".reveal button", ".rate [data-rating='2']"],
        "#moons": ["[data-way=read]"],
        "#planet": ["[data-way=sheet]"],
        "#_index": [],
        "#_topics": [],
        "#_changes": [],
        "#_about": [],
        "#_quiz": [],
        "#_quiz ": ["#_begin"],
        "#_start": ["#_more"],
    }
    for place, clicks in states.items():
        go(page, file, place.strip())
        for selector in clicks:
            click(page, selector)
        page.value(f"{axe}; true")
        assert page.value(FOUND) == [], (place, scheme)
    go(page, file)
    typed(page, "number")
    page.value(f"{axe}; true")
    assert page.value(FOUND) == []
    page.call("Emulation.setEmulatedMedia", features=[])
