"""A preview session: the last readable state of a book, its problems, and the open browsers."""

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
"""Folders of templates with styles, scripts and fonts for browsers."""

_FRONT, _FOUND = "preview/index.html.j2", "preview/found.html.j2"
_SUFFIXES = (".css", ".js", ".ttf", ".otf")
_BLANK = (
    '<html xmlns="http://www.w3.org/1999/xhtml" lang="en"><head><title>Not shown</title></head>'
    "<body><main><h1>Not shown until its problems are mended</h1></main></body></html>"
)


class Session:
    """All state of the preview, used only in the thread of `work`; other threads call `ask`.

    Only KeyboardInterrupt and SystemExit end it. Any other exception is shown as a problem until a save fixes it.
    """

    def __init__(
        self, content: Path, templates: Path | None, opened: OpenExecutor, report: Callable[[str], None]
    ) -> None:
        """Preview the book in *content*; print in the executor from *opened*, and *report* problems."""
        self._content, self._report = content, report
        self.token = token_urlsafe()
        """Secret of requests to open a source."""
        self._templates = Templates(templates)
        self._search = Search()
        self._printer = PagePrinter(opened, self.later, self._printed, self._is_shown)
        self._tasks: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._reading: Reading | None = None
        self._changed: frozenset[str] = frozenset()
        self._book: Book | None = None
        self._problems: list[Problem] = []
        self._errors: dict[str, CribError] = {}  # by address of the failing document; "" is the book
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
        except Exception as error:  # noqa: BLE001 - the next save may fix it
            self._errors[""] = _as_problem(error)
            self._report_all()

    def later(self, task: Callable[[], None]) -> None:
        """Queue *task* for the thread of this session."""
        self._tasks.put(task)

    def changed(self, files: frozenset[str] | OSError) -> None:
        """Handle changed *files* (absolute paths), or an error of the file watcher. Callable from any thread."""
        self.later(partial(_raise, files) if isinstance(files, OSError) else partial(self._note, files))

    def ask(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Call a method of this object from another thread. Returns its result, None if it raises."""
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
        """Return the front page, a frame around all others."""
        values = {"chapters": self._chapters, "troubles": list(self._troubles()), "token": self.token}
        try:
            html = self._frame(_FRONT, **values)
        except Exception as error:  # noqa: BLE001 - only the terminal remains to report it
            self._report(str(_as_problem(error)))
            return _BLANK
        return html

    def search(self, query: str) -> str:
        """Return links to the answers with all words of *query*."""
        return self._frame(_FOUND, found=self._search.find(query, self._chapters))

    def _frame(self, template: str, **values: object) -> str:
        """Render *template*, the front page or a part of it. Raises CribError."""
        html = self._templates.render(template, book=self._book, version=self._version, views=VIEWS, **values)
        gate.check(html, gate.Origin(self._templates, (template,)), FRAME)
        return html

    def source(self, place: str) -> tuple[Path, int] | None:
        """Return path and line of *place* in the file of a chapter or of a problem, None for all other files."""
        files = {chapter.file for chapter in self._chapters} | {problem.file for problem in self._all_problems}
        source = known_place(place, files)
        return (Path(source[0]).resolve(), source[1]) if source else None

    def document(self, address: str) -> str | None:
        """Return the document at *address*, or an earlier version if it fails; None if there is none."""
        place = self._addresses.get(address)
        if not place or not self._book:
            return None
        try:
            self._render(address, *place, self._book)
        except MathError:
            pass  # a rule of `lint` reports it, with its place
        except Exception as error:  # noqa: BLE001 - as in _try
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
        """Return the file of a document or template at *address*, None if there is none."""
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
        """Stop sending updates to *listener*."""
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
        """Files of templates by address; the user's replace Crib's."""
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
        """Read the book again; if a single chapter changed, show it first."""
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

    def _show_again(self, reader: Callable[[], Reading]) -> None:
        try:
            self._reading = reader()
        except OSError as error:  # a file was deleted meanwhile: another change will follow
            self._errors = {"": _as_problem(error)}
            return
        self._errors = {}
        self._printer.forget_errors()
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
        """Check the book for problems, unless it is about to be read again."""
        if self._reading and not self._changed:
            problems = lint(self._reading.book, complete=self._reading.complete)
            self._problems = sorted({*self._reading.problems, *problems})
            self._report_all()

    def _printed(self, address: str) -> None:
        self._show({address} & self._addresses.keys())

    def _is_shown(self, address: str) -> bool:
        return any(listener.address == address for listener in self._listeners)

    def _show(self, addresses: set[str]) -> None:
        """Send the documents at *addresses* to their listeners."""
        for address in addresses & {listener.address for listener in self._listeners}:
            html = self.document(address)
            for listener in self._listeners:
                if html and listener.address == address:
                    listener.shown = self._addresses[address]
                    listener.send("view", html)
        self._report_all()

    def _report_all(self) -> None:
        """Report the current problems in every browser, and in the terminal if they changed."""
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
    """Return any exception as a CribError."""
    if isinstance(error, CribError):
        return error
    return BuildError(str(error)) if isinstance(error, OSError) else crash(error)


def _renamed(before: Chapter, chapters: tuple[Chapter, ...]) -> Chapter | None:
    """Return the one of *chapters* with the most answers of the chapter *before*, None if there are none."""
    keys = {answer.key for answer in before.answers}
    shared = {chapter.name: sum(1 for answer in chapter.answers if answer.key in keys) for chapter in chapters}
    likeliest = max(chapters, key=lambda chapter: shared[chapter.name], default=None)
    return likeliest if likeliest and shared[likeliest.name] else None


def _readable(reading: Reading, before: Book | None) -> Book | None:
    """Return the book of *reading*, with broken files as they were *before*; None if nothing is readable yet."""
    broken = {problem.file for problem in reading.problems if problem.severity == ERROR}
    book = before if str(reading.book.folder / BOOK_FILE) in broken else reading.book
    earlier = {chapter.file: chapter for chapter in (before.chapters if before else ())}
    chapters = [
        earlier.get(chapter.file, replace(chapter, answers=())) if chapter.file in broken else chapter
        for chapter in reading.book.chapters
    ]
    present = {chapter.file for chapter in chapters}
    chapters += [chapter for file, chapter in earlier.items() if file in broken - present]
    return replace(book, chapters=tuple(sorted(chapters, key=lambda chapter: chapter.number))) if book else None
