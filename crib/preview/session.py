"""A preview session: the last readable state of a book, its problems, and the browsers that show it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from secrets import token_urlsafe
from typing import TYPE_CHECKING, Any

from crib.lint import lint
from crib.markup.mathjax import MathError
from crib.markup.output_allowlist import FRAME
from crib.model.book_files import BOOK_FILE
from crib.preview.document import TEMPLATES, ViewContext
from crib.preview.interrupts import next_of
from crib.preview.printed_pages import PagePrinter, PrintedPages
from crib.preview.search import Search
from crib.preview.sources import known_place
from crib.preview.troubles import Trouble, trouble_of
from crib.preview.views import VIEWS
from crib.problems import ERROR, BuildError, CribError, Problem, crash
from crib.render import gate
from crib.render.templates import Templates
from crib.selection import Selection
from crib.source import read_book

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from crib.engine.runner import OpenExecutor
    from crib.model import Book, Chapter
    from crib.preview.listener import Listener
    from crib.preview.views import View
    from crib.source.book import Reading

_FOLDERS = ("print", "sheets", "cards", "quiz", "book", "epub", "fonts", "preview")
"""Folders of templates whose styles, scripts and fonts a browser may ask for."""

_FRONT, _FOUND = "preview/index.html.j2", "preview/found.html.j2"
_SUFFIXES = (".css", ".js", ".ttf", ".otf")
_BLANK = (
    '<html xmlns="http://www.w3.org/1999/xhtml" lang="en"><head><title>Not shown</title></head>'
    "<body><main><h1>Not shown until its problems are mended</h1></main></body></html>"
)


class Session:
    """All state of the preview. It is used in the thread that runs `work`; others `ask` that thread.

    Nothing but KeyboardInterrupt and SystemExit ends it: whatever else is raised is shown as a problem, until the
    next save mends it.
    """

    def __init__(
        self, content: Path, templates: Path | None, opened: OpenExecutor, report: Callable[[str], None]
    ) -> None:
        """Preview the book in *content*, print its pages in the executor of *opened*, and *report* problems."""
        self._content, self._report = content, report
        self.token = token_urlsafe()
        """What a request must contain to have a source opened."""
        self._templates = Templates(templates)
        self._search = Search()
        self._printer = PagePrinter(opened, self.later, self._printed, self._is_shown)
        self._tasks: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._reading: Reading | None = None
        self._changed: frozenset[str] = frozenset()
        self._book: Book | None = None
        self._problems: list[Problem] = []
        self._errors: dict[str, CribError] = {}  # by the address that could not be shown; "" is the book
        self._reported = ""
        self._shown: dict[str, str] = {}
        self._files: dict[str, bytes] = {}
        self._listeners: list[Listener] = []

    def work(self) -> None:
        """Read the book, then run tasks, until one raises KeyboardInterrupt or SystemExit."""
        self._try(self._read)
        while True:
            self._try(next_of(self._tasks))

    def _try(self, task: Callable[[], None]) -> None:
        try:
            task()
        except Exception as error:  # noqa: BLE001 - whatever a save causes, the next one may mend it
            self._errors[""] = _as_problem(error)
            self._report_all()

    def later(self, task: Callable[[], None]) -> None:
        """Run *task* in the thread of this session when its turn comes."""
        self._tasks.put(task)

    def changed(self, files: frozenset[str] | OSError) -> None:
        """Follow, from any thread, that *files* (absolute paths) changed, or that the system refuses to watch them."""
        self.later(partial(_raise, files) if isinstance(files, OSError) else partial(self._note, files))

    def ask(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Call a method of this object from another thread, and return its result; None if it raises."""
        answer: SimpleQueue[Any] = SimpleQueue()

        def run() -> None:
            result = None
            try:
                result = function(*arguments)
            finally:
                answer.put(result)

        self.later(run)
        return answer.get()

    def front(self) -> str:
        """Return the page that frames all others."""
        values = {"chapters": self._chapters, "troubles": list(self._troubles()), "token": self.token}
        try:
            html = self._frame(_FRONT, **values)
        except Exception as error:  # noqa: BLE001 - the terminal is left
            self._report(str(_as_problem(error)))
            return _BLANK
        return html

    def found(self, query: str) -> str:
        """Return links to the answers with all words of *query*."""
        return self._frame(_FOUND, found=self._search.find(query, self._chapters))

    def _frame(self, template: str, **values: object) -> str:
        """Render *template*, which belongs to the page that frames all others. Raises CribError."""
        html = self._templates.render(template, book=self._book, version=self._version, views=VIEWS, **values)
        gate.check(html, gate.Origin(self._templates, (template,)), FRAME)
        return html

    def source(self, place: str) -> tuple[Path, int] | None:
        """Return the path and line of a *place* in a file of a chapter or of a problem; None for any other file."""
        files = {chapter.file for chapter in self._chapters} | {problem.file for problem in self._all_problems}
        known = known_place(place, files)
        return (Path(known[0]).resolve(), known[1]) if known else None

    def document(self, address: str) -> str | None:
        """Return the document at *address*, an earlier one if the newest fails; None if there is none."""
        place = self._addresses.get(address)
        if not place or not self._book:
            return None
        try:
            self._render(address, *place, self._book)
        except MathError:
            pass  # a rule of `lint` reports it, with its place
        except Exception as error:  # noqa: BLE001 - whatever it is, the next save may mend it
            self._errors[address] = _as_problem(error)
        return self._shown.get(address, _BLANK)

    def _render(self, address: str, view: View, chapter: Chapter, book: Book) -> None:
        pages = PrintedPages()
        if view.printing:
            part = book.select(Selection(chapters=(chapter.number,)))
            pages = self._printer.pages(address, view.printing(part, self._templates))
        document = view.render(book, chapter, ViewContext(self._templates, self._version, pages))
        self._errors.pop(address, None)
        if pages.error:
            self._errors[address] = pages.error
        self._files |= document.files
        self._shown[address] = document.html

    def file(self, address: str) -> bytes | None:
        """Return the file at *address*, if a document shows it."""
        if address in self._files:
            return self._files[address]
        if address.startswith(TEMPLATES):
            path = self._template_files.get(address)
            return path.read_bytes() if path else None
        return self._printer.file(address)

    def listen(self, listener: Listener) -> None:
        """Send the current state to *listener*, and updates from now on."""
        self._listeners.append(listener)
        self._show({listener.address})

    def leave(self, listener: Listener) -> None:
        """Send nothing more to *listener*."""
        self._listeners.remove(listener)

    @property
    def _chapters(self) -> tuple[Chapter, ...]:
        return self._book.chapters if self._book else ()

    @property
    def _addresses(self) -> dict[str, tuple[View, Chapter]]:
        return {view.of(chapter): (view, chapter) for chapter in self._chapters for view in VIEWS}

    @property
    def _version(self) -> str:
        return self._templates.only(*_FOLDERS, "labels").digest

    @property
    def _template_files(self) -> dict[str, Path]:
        """Files of templates by address; those of the user replace ours."""
        return {
            f"{TEMPLATES}{path.relative_to(folder).as_posix()}": path
            for folder in reversed(self._templates.folders)
            for name in _FOLDERS
            for path in (folder / name).glob("*")
            if path.suffix in _SUFFIXES
        }

    def _note(self, files: frozenset[str]) -> None:
        if not self._changed:
            self.later(self._read_changed)
        self._changed |= files

    def _read_changed(self) -> None:
        """Read the book again; if only one chapter changed, show that first."""
        files, self._changed = self._changed, frozenset()
        chapters = self._reading.book.chapters if self._reading else ()
        changed = [chapter for chapter in chapters if {str(Path(chapter.file).resolve())} == files]
        if self._reading and changed:
            self._show_again(partial(self._reading.reread, changed[0]))
            self.later(self._read)
        else:
            self._read()

    def _read(self) -> None:
        if not self._changed:
            self._show_again(partial(read_book, self._content))
            self.later(self._check)

    def _show_again(self, read: Callable[[], Reading]) -> None:
        try:
            self._reading = read()
        except OSError as error:  # a file went while it was read: another change will follow
            self._errors = {"": _as_problem(error)}
            return
        self._errors = {}
        self._book = _readable(self._reading, self._book)
        for listener in self._listeners:
            self._follow(listener)
        self._show({listener.address for listener in self._listeners})

    def _follow(self, listener: Listener) -> None:
        """Move *listener* along if its chapter was renamed."""
        if listener.shown and listener.address not in self._addresses:
            view, before = listener.shown
            if chapter := _renamed(before, self._chapters):
                listener.address = view.of(chapter)
                listener.send("moved", f"{listener.address}\n{Path(before.file).name} is now {Path(chapter.file).name}")

    def _check(self) -> None:
        """Look for problems, unless the book is about to be read again."""
        if self._reading and not self._changed:
            problems = lint(self._reading.book, complete=self._reading.complete)
            self._problems = sorted({*self._reading.problems, *problems})
            self._report_all()

    def _printed(self, address: str) -> None:
        self._show({address} & self._addresses.keys())

    def _is_shown(self, address: str) -> bool:
        return any(listener.address == address for listener in self._listeners)

    def _show(self, addresses: set[str]) -> None:
        """Send the documents at *addresses* to the listeners that show them."""
        for address in addresses & {listener.address for listener in self._listeners}:
            html = self.document(address)
            for listener in self._listeners:
                if html and listener.address == address:
                    listener.shown = self._addresses[address]
                    listener.send("view", html)
        self._report_all()

    def _report_all(self) -> None:
        """Report the current problems, if they changed, in the terminal and in every browser."""
        front = self.front() if self._listeners else ""
        for listener in self._listeners:
            listener.send("front", front)
        report = "\n".join(map(str, [*self._problems, *self._errors.values()]))
        if report != self._reported:
            self._report(report or "No problems any more.")
            self._reported = report

    @property
    def _all_problems(self) -> set[Problem]:
        return {*self._problems, *(problem for error in self._errors.values() for problem in error.problems)}

    def _troubles(self) -> Iterator[Trouble]:
        chapters = {chapter.file: chapter for chapter in self._chapters}
        for problem in sorted(self._all_problems):
            yield trouble_of(problem, chapters)


def _raise(error: OSError) -> None:
    raise error


def _as_problem(error: Exception) -> CribError:
    """Return whatever was raised as an error that can be shown."""
    if isinstance(error, CribError):
        return error
    return BuildError(str(error)) if isinstance(error, OSError) else crash(error)


def _renamed(before: Chapter, chapters: tuple[Chapter, ...]) -> Chapter | None:
    """Return the one of *chapters* with the most answers of the chapter that was there *before*, if it has any."""
    keys = {answer.key for answer in before.answers}
    shared = {chapter.name: sum(1 for answer in chapter.answers if answer.key in keys) for chapter in chapters}
    likeliest = max(chapters, key=lambda chapter: shared[chapter.name], default=None)
    return likeliest if likeliest and shared[likeliest.name] else None


def _readable(reading: Reading, before: Book | None) -> Book | None:
    """Return the book as read, but files with problems as they were *before*; None if nothing is readable yet."""
    wrong = {problem.file for problem in reading.problems if problem.severity == ERROR}
    book = before if str(reading.book.folder / BOOK_FILE) in wrong else reading.book
    known = {chapter.file: chapter for chapter in (before.chapters if before else ())}
    chapters = [
        known.get(chapter.file, replace(chapter, answers=())) if chapter.file in wrong else chapter
        for chapter in reading.book.chapters
    ]
    read = {chapter.file for chapter in chapters}
    chapters += [chapter for file, chapter in known.items() if file in wrong - read]
    return replace(book, chapters=tuple(sorted(chapters, key=lambda chapter: chapter.number))) if book else None
