"""A book that is being written: the last of it that can be shown, what is wrong, and who looks at what."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from threading import Condition
from typing import TYPE_CHECKING, Any

from crib.lint import lint
from crib.markup.mathjax import MathError
from crib.preview.pages import Pages, Printing
from crib.preview.views import TEMPLATES, VIEWS, Desk
from crib.preview.waiting import next_of
from crib.problems import ContentError, CribError, Problem
from crib.render.templates import Templates
from crib.source import read_book
from crib.source.book import BOOK_FILE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from concurrent.futures import Executor

    from crib.model import Book, Chapter
    from crib.preview.views import View
    from crib.source.book import Reading

_FOLDERS = ("print", "sheets", "cards", "epub", "fonts", "preview")
"""Of the templates, whose files a browser is given if it may need them."""

_SUFFIXES = (".css", ".js", ".ttf", ".otf")
_BLANK = '<html xmlns="http://www.w3.org/1999/xhtml"><head><title></title></head><body></body></html>'


@dataclass(frozen=True)
class Trouble:
    """Something that is wrong, and the answer it is in: the name of its chapter and its key, where they are known."""

    place: str
    text: str
    hint: str = ""
    chapter: str = ""
    key: str = ""


class Listener:
    """A browser that shows the document at *address*; of news of a kind it takes only the last."""

    def __init__(self, address: str) -> None:
        """Begin without news."""
        self.address = address
        self._news: dict[str, str] = {}
        self._said: dict[str, str] = {}
        self._changed = Condition()

    def tell(self, kind: str, html: str) -> None:
        """Have news, unless they are what was told before."""
        with self._changed:
            if self._said.get(kind) != html:
                self._said[kind] = self._news[kind] = html
                self._changed.notify()

    def news(self, timeout: float) -> dict[str, str]:
        """Return news by their kind as soon as there are any, nothing after *timeout* seconds."""
        with self._changed:
            self._changed.wait_for(lambda: self._news, timeout)
            news, self._news = self._news, {}
        return news


class Studio:
    """All that is shown. Other threads `ask` for it; what is done for them is done in the one that runs `work`."""

    def __init__(self, content: Path, templates: Path | None, executor: Executor, tell: Callable[[str], None]) -> None:
        """Show the book in *content*, print its pages in *executor*, and *tell* what is wrong with it."""
        self._content, self._tell = content, tell
        self._templates = Templates(templates)
        self._printing = Printing(executor, self.later, self._printed)
        self._tasks: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._reading: Reading | None = None
        self._changed: frozenset[str] = frozenset()
        self._book: Book | None = None
        self._problems: list[Problem] = []
        self._wrong: dict[str, CribError | OSError] = {}
        self._told = ""
        self._shown: dict[str, str] = {}
        self._files: dict[str, bytes] = {}
        self._listeners: list[Listener] = []

    def work(self) -> None:
        """Read the book, then do what is asked for, until that raises something."""
        self._read()
        while True:
            next_of(self._tasks)()

    def later(self, task: Callable[[], None]) -> None:
        """Do *task* when its turn comes."""
        self._tasks.put(task)

    def changed(self, files: frozenset[str] | BaseException) -> None:
        """Take notice, from any thread, that *files*, of these whole paths, have changed; an error ends the work."""
        self.later(partial(_raise, files) if isinstance(files, BaseException) else partial(self._note, files))

    def ask(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Return what a method of this object returns, from another thread."""
        answer: SimpleQueue[Any] = SimpleQueue()
        self.later(lambda: answer.put(function(*arguments)))
        return answer.get()

    def front(self) -> str:
        """Return the page that frames all others."""
        values = {"views": VIEWS, "chapters": self._chapters, "troubles": list(self._troubles())}
        try:
            return self._templates.render("preview/index.html.j2", book=self._book, version=self._version, **values)
        except (CribError, OSError) as error:
            self._tell(str(error))
            return _BLANK

    def document(self, address: str) -> str | None:
        """Return the document at *address*, as it was last if it cannot be made; None if there is no such."""
        found = self._addresses.get(address)
        if not found or not self._book:
            return None
        view, chapter = found
        try:
            pages = self._printing.pages(self._book, chapter, self._templates) if view.on_paper else Pages()
            document = view.make(self._book, chapter, Desk(self._templates, self._version), pages)
        except MathError:
            pass  # a rule of `lint` says so, and where
        except (CribError, OSError) as error:
            self._wrong[address] = error
        else:
            self._wrong.pop(address, None)
            if pages.error:
                self._wrong[address] = pages.error
            self._files |= document.files
            self._shown[address] = document.html
        return self._shown.get(address, _BLANK)

    def file(self, address: str) -> bytes | None:
        """Return the file at *address*, if a document shows it."""
        if address in self._files:
            return self._files[address]
        if address.startswith(TEMPLATES):
            path = self._template_files.get(address)
            return path.read_bytes() if path else None
        return self._printing.file(address)

    def listen(self, listener: Listener) -> None:
        """Tell *listener* what there is, and from now on what is new."""
        self._listeners.append(listener)
        self._show({listener.address})

    def leave(self, listener: Listener) -> None:
        """Tell *listener* nothing more."""
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
        """The files of templates that a browser may be given, the user's before ours."""
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
        """Read the book again; if one chapter has changed, show that before anything else is looked at."""
        files, self._changed = self._changed, frozenset()
        chapters = self._reading.book.chapters if self._reading else ()
        changed = [chapter for chapter in chapters if {str(Path(chapter.file).resolve())} == files]
        if self._reading and changed:
            self._show_again(lambda reading: reading.again(changed[0]), self._reading)
            self.later(self._read)
        else:
            self._read()

    def _read(self) -> None:
        if not self._changed:
            self._show_again(read_book, self._content)
            self.later(self._check)

    def _show_again(self, read: Callable[[Any], Reading], what: Any) -> None:
        try:
            self._reading = read(what)
        except OSError as error:  # a file went while it was read: that it did will be told, too
            self._wrong = {"": error}
            return
        self._wrong = {}
        self._book = _readable(self._reading, self._book)
        self._show({listener.address for listener in self._listeners})

    def _check(self) -> None:
        """Look for problems, unless the book is to be read again."""
        if self._reading and not self._changed:
            found = lint(self._reading.book, complete=self._reading.complete)
            self._problems = sorted({*self._reading.problems, *found})
            self._tell_all()

    def _printed(self, name: str) -> None:
        self._show({address for address, (_, chapter) in self._addresses.items() if chapter.name == name})

    def _show(self, addresses: set[str]) -> None:
        """Bring *addresses* up to date where they are shown."""
        for address in addresses & {listener.address for listener in self._listeners}:
            html = self.document(address)
            for listener in self._listeners:
                if html and listener.address == address:
                    listener.tell("view", html)
        self._tell_all()

    def _tell_all(self) -> None:
        """Tell what is wrong now, if it is something else than before: here and in every browser."""
        front = self.front() if self._listeners else ""
        for listener in self._listeners:
            listener.tell("front", front)
        told = "\n".join(map(str, [*self._problems, *self._wrong.values()]))
        if told != self._told:
            self._tell(told or "No problems any more.")
            self._told = told

    def _troubles(self) -> Iterator[Trouble]:
        problems = [*self._problems]
        for error in self._wrong.values():
            if isinstance(error, ContentError):
                problems += error.problems
            else:
                yield Trouble("", str(error))
        chapters = {chapter.file: chapter for chapter in self._chapters}
        for problem in sorted(set(problems)):
            yield _trouble(problem, chapters)


def _raise(error: BaseException) -> None:
    raise error


def _readable(reading: Reading, before: Book | None) -> Book | None:
    """Return what was read, with everything that has problems as it was *before*; None if there is nothing yet."""
    wrong = {problem.file for problem in reading.problems}
    book = before if str(reading.book.folder / BOOK_FILE) in wrong else reading.book
    known = {chapter.file: chapter for chapter in (before.chapters if before else ())}
    chapters = [
        known.get(chapter.file, replace(chapter, answers=())) if chapter.file in wrong else chapter
        for chapter in reading.book.chapters
    ]
    read = {chapter.file for chapter in chapters}
    chapters += [chapter for file, chapter in known.items() if file in wrong - read]
    return replace(book, chapters=tuple(sorted(chapters, key=lambda each: each.number))) if book else None


def _trouble(problem: Problem, chapters: Mapping[str, Chapter]) -> Trouble:
    chapter = chapters.get(problem.file)
    answers = [answer for answer in (chapter.answers if chapter else ()) if answer.line <= problem.line]
    return Trouble(
        place=f"{problem.file}:{problem.line}",
        text=problem.text,
        hint=problem.hint,
        chapter=chapter.name if chapter else "",
        key=answers[-1].key if answers else "",
    )
