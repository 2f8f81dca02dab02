"""No save ends the preview: it shows as much as possible, reports problems, and recovers with the next good save."""

from __future__ import annotations

import random
import shutil
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from queue import Empty
from typing import TYPE_CHECKING

import pytest

from crib.engine.cache import Cache
from crib.engine.runner import shared_executor, workers
from crib.preview.listener import Listener
from crib.preview.session import Session
from crib.preview.views import VIEWS
from tests.conftest import ANSWER, BOOK, FRONT, MakeBook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from crib.engine.runner import OpenExecutor

SAVES = 50
CHAPTER = "01-first-steps.md"
GOOD = FRONT + ANSWER.replace("Whatever", "Half is $\\frac{1}{2}$. ![A disk](figures/disk.svg) Whatever").replace(
    "What a question asks for.", "It is $\\frac{1}{2}$."
)
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle cx="4" cy="4" r="3"/></svg>'


class Writer:
    """A writer with their own book and templates, and mistakes."""

    def __init__(self, folder: Path, templates: Path, seed: int) -> None:
        self.folder, self.templates = folder, templates
        self._random = random.Random(seed)
        self.mistakes: list[Callable[[], Path]] = [
            partial(self._cut, CHAPTER, GOOD),
            partial(self._cut, CHAPTER, GOOD),
            partial(self._cut, "book.yaml", BOOK),
            partial(self._cut, "figures/disk.svg", SVG),
            partial(self._replace, "\\frac{1}{2}"),
            partial(self._write, "tags.yaml", ["a: [", "", "- x", "\0", "a: 1\n" * 9]),
            partial(self._write, "notation.md", ["# x", "$\\frac{1}$", "<b>", "|a|\n|-|", "![x](y.svg)"]),
            partial(self._write, "anki.lock", ["", "x", "# crib 1\n\0"]),
            partial(self._write, "retired.md", ["## ?", "x", "## Gone? {#answer}\n\n::: gist\nx\n:::\n"]),
            partial(self._template, "fonts/broken.ttf", ["", "OTTO", "x" * 999]),
            partial(self._template, "print/blocks.html.j2", ["{% nosuch %}", "{{ nosuch }}", "{{ 1 / 0 }}", ""]),
            partial(self._template, "epub/answers.xhtml", ["<p>", "{{ book.nosuch }}", "&nbsp;"]),
            partial(self._template, "cards/face.html.j2", ["{% macro face() %}{% endmacro %}", "{% if %}"]),
            partial(self._template, "preview/index.html.j2", ["{{ nosuch }}", "{% for %}"]),
            partial(self._template, "sheets/sheets.css", ["}", "p { color: nosuch }", "@import 'x'"]),
            partial(self._template, "labels/en.yaml", ["a: [", "x: y", ""]),
            self._remove,
            self._rename,
            self._make_folder,
        ]

    def restore(self) -> None:
        """Put everything right again."""
        for folder in (self.folder, self.templates):
            for path in folder.iterdir():
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        (self.folder / "figures").mkdir()
        (self.folder / "figures/disk.svg").write_text(SVG)
        (self.folder / "book.yaml").write_text(BOOK)
        (self.folder / CHAPTER).write_text(GOOD)

    def slip(self) -> Path:
        """Make a mistake, after all is right again but for every third time, and return the file it is in."""
        if self._random.random() < 0.7:
            self.restore()
        return self._random.choice(self.mistakes)()

    def _cut(self, name: str, text: str) -> Path:
        end = self._random.randrange(len(text))
        return self._save(name, text[:end] + self._random.choice(["", "{", "$", "\0", "\x85", "```", ":::", "\\"]))

    def _replace(self, formula: str) -> Path:
        typed = self._random.choice(
            ["\\frac{1}", "\\fr", "\\begin{", "\\left(", "x^^2", "\\color{red}{x}", "\\mmlToken{mi}"]
        )
        return self._save(CHAPTER, GOOD.replace(formula, typed))

    def _write(self, name: str, texts: list[str]) -> Path:
        return self._save(name, self._random.choice(texts))

    def _template(self, name: str, texts: list[str]) -> Path:
        path = self.templates / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(self._random.choice(texts))
        return path

    def _remove(self) -> Path:
        path = self.folder / self._random.choice([CHAPTER, "book.yaml", "figures/disk.svg"])
        path.unlink(missing_ok=True)
        return path

    def _rename(self) -> Path:
        path = self.folder / CHAPTER
        if path.is_file():
            path.rename(
                self.folder / self._random.choice(["02-other.md", "1-first.md", "x.md", "01-first-steps.markdown"])
            )
        return path

    def _make_folder(self) -> Path:
        path = self.folder / self._random.choice([CHAPTER, "tags.yaml", "book.yaml", "anki.lock"])
        if path.is_file():
            path.unlink()
        path.mkdir(exist_ok=True)
        return path

    def _save(self, name: str, text: str) -> Path:
        path = self.folder / name
        if path.is_dir():
            path.rmdir()
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        return path


class Preview:
    """A session with views open, its tasks run by the test."""

    def __init__(self, folder: Path, templates: Path | None, opened: OpenExecutor, *names: str) -> None:
        """Open the views with *names*, without any, all."""
        self.reports: list[str] = []
        self.session = Session(folder, templates, opened, self.reports.append)
        self.listeners = [
            Listener(view.address.format("01-first-steps")) for view in VIEWS if view.name in names or not names
        ]
        self.session.later(self.session._read)
        for listener in self.listeners:
            self.session.later(partial(self.session.listen, listener))
        self.run()

    def save(self, *paths: Path) -> None:
        """Have the session hear of changed files."""
        self.session.changed(frozenset(str(path.resolve()) for path in paths))
        self.run()

    def run(self) -> None:
        """Run all queued tasks, without waiting for pages."""
        with pytest.raises(Empty):
            while True:
                self.session._try(self.session._tasks.get_nowait())

    def wait(self) -> None:
        """Run all queued tasks until the pages are printed."""
        while self.session._printer._busy:
            self.session._try(self.session._tasks.get(timeout=60))
        self.run()


@pytest.fixture(scope="module")
def opened() -> Iterator[OpenExecutor]:
    """Return a function to open the printing process, shared by all tests."""
    with shared_executor(partial(workers, 1, Cache())) as opened:
        yield opened


def test_many_bad_saves(make_book: MakeBook, opened: OpenExecutor, tmp_path: Path) -> None:
    """With every view open, the session survives each bad save, and recovers at the end."""
    templates = tmp_path / "mine"
    templates.mkdir()
    writer = Writer(make_book(), templates, seed=1)
    writer.restore()
    shown = Preview(writer.folder, templates, opened)
    for _ in range(SAVES):
        shown.save(writer.slip())
    assert any("error" in report for report in shown.reports)
    writer.restore()
    marked = writer.folder / CHAPTER
    marked.write_text(GOOD.replace("settles", "mends"))
    shown.save(marked, writer.folder / "book.yaml")
    shown.wait()
    assert shown.session._problems == []
    assert shown.session._errors == {}
    for view in VIEWS:
        html = shown.session.document(view.address.format("01-first-steps"))
        assert html is not None
        assert ("mends" in html) is (view.name in ("cards", "book", "ebook", "anki"))
        assert not view.printing or shown.session._printer._pages[view.address.format("01-first-steps")].images
    assert "Traceback" not in "".join(shown.reports)


def test_a_formula_half_typed_in_a_gist(make_book: MakeBook, opened: OpenExecutor) -> None:
    """While its sheet is printed, too: its problem is shown with its line, and mended by the next save."""
    folder = make_book(ANSWER.replace("What a question asks for.", "It is $\\frac{1}{2}$."))
    chapter = folder / CHAPTER
    whole = chapter.read_text()
    shown = Preview(folder, None, opened, "sheet")
    chapter.write_text(whole.replace("\\frac{1}{2}", "\\frac{1}"))
    shown.save(chapter)
    shown.wait()
    assert any(report.startswith(f"{chapter}:9: error[math]") for report in shown.reports)
    chapter.write_text(whole)
    shown.save(chapter)
    shown.wait()
    assert shown.reports[-1] == "No problems any more."


def test_warnings_keep_nothing_from_being_shown(make_book: MakeBook, opened: OpenExecutor) -> None:
    """Warnings are above the text, like errors, but do not count as something to fix, and every save is shown."""
    folder = make_book(ANSWER.replace(" {#answer}", ""))
    chapter = folder / CHAPTER
    shown = Preview(folder, None, opened, "cards")
    chapter.write_text(chapter.read_text().replace("settles", "mends"))
    shown.save(chapter)
    front = shown.session.front()
    assert '<article class="warning">' in front
    assert "Warning: this question has no key" in front
    assert 'class="wrong"' not in front
    assert "mends" in (shown.session.document("/cards/01-first-steps") or "")
    assert any("warning[no-key]" in report for report in shown.reports)


def test_a_view_follows_a_renamed_chapter(make_book: MakeBook, opened: OpenExecutor) -> None:
    """All views move along with its answers, and say so."""
    folder = make_book()
    shown = Preview(folder, None, opened)
    new = folder / "02-second-steps.md"
    (folder / CHAPTER).rename(new)
    new.write_text(new.read_text().replace("number: 1", "number: 2"))
    shown.save(folder / CHAPTER, new)
    for view, listener in zip(VIEWS, shown.listeners, strict=True):
        assert listener.address == view.address.format("02-second-steps")
        moved = listener.updates(timeout=1)["moved"]
        assert moved == f"{listener.address}\n01-first-steps.md is now 02-second-steps.md"


def test_a_killed_printer_is_replaced(make_book: MakeBook, opened: OpenExecutor) -> None:
    """A message says so, until the next save."""
    folder = make_book()
    shown = Preview(folder, None, opened, "sheet")
    shown.wait()
    with shown.session._printer._opened() as (executor, _):
        assert isinstance(executor, ProcessPoolExecutor)
        for process in executor._processes.values():
            process.kill()
    (folder / CHAPTER).write_text(FRONT + ANSWER.replace("asks for", "wants"))
    shown.save(folder / CHAPTER)
    shown.wait()
    (folder / CHAPTER).write_text(FRONT + ANSWER.replace("asks for", "needs"))
    shown.save(folder / CHAPTER)
    shown.wait()
    pages = shown.session._printer._pages["/sheet/01-first-steps"]
    assert (bool(pages.images), pages.late, pages.error) == (True, False, None)
