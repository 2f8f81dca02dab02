"""The true pages of sheets, which another process prints while a browser shows their text already."""

from __future__ import annotations

import os
from concurrent.futures import BrokenExecutor
from dataclasses import dataclass, replace
from functools import cached_property, partial
from io import BytesIO
from typing import TYPE_CHECKING, Any

from crib.engine.cache import digest, packed
from crib.model.selection import Selection
from crib.outputs.sheets import jobs as sheets
from crib.problems import BuildError, CribError

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor, Future

    from crib.engine.job import Job
    from crib.model import Book, Chapter
    from crib.render.templates import Templates

_PIXELS_A_POINT = 2.5
_PATIENT = 10  # how nice: the text of the next save comes first
_DIED = "the process that prints pages died: no more of them are shown until `serve` is started again"


@dataclass(frozen=True)
class Page:
    """A page of paper as a picture, in PNG, so many pixels wide and high."""

    png: bytes
    width: int
    height: int

    @cached_property
    def address(self) -> str:
        """Where a browser finds it."""
        return f"/pages/{digest(self.png).hex()}.png"


@dataclass(frozen=True)
class Pages:
    """The pages of one chapter.

    late   whether they are not those of its newest text
    error  why that text could not be printed
    key    of what they were, or should have been, printed from
    """

    made: tuple[Page, ...] = ()
    late: bool = False
    error: CribError | None = None
    key: bytes = b""


class Printing:
    """Prints one chapter after the other, next that which was asked for last."""

    def __init__(
        self,
        executor: Executor,
        later: Callable[[Callable[[], None]], None],
        told: Callable[[str], None],
    ) -> None:
        """Print in *executor*.

        later  calls a function in the thread that all this happens in
        told   is called there with the name of each chapter that was printed, or could not be
        """
        self._executor, self._later, self._told = executor, later, told
        self._pages: dict[str, Pages] = {}
        self._next: tuple[str, bytes, Job] | None = None
        self._busy = False

    def pages(self, book: Book, chapter: Chapter, templates: Templates) -> Pages:
        """Return the pages of *chapter* as they were printed last; others will follow. Raises CribError."""
        part = book.select(Selection(chapters=(chapter.number,)))
        jobs = [job for job in sheets.jobs(part, templates) if job.path]
        if not jobs:
            return Pages()
        known, key = self._pages.get(chapter.name, Pages()), digest(packed(jobs[0]))
        if known.key == key:
            return known
        self._next = chapter.name, key, jobs[0]
        self._begin()
        return replace(known, late=True, error=None)

    def file(self, address: str) -> bytes | None:
        """Return the picture at *address*, if a page has it."""
        made = [page for pages in list(self._pages.values()) for page in pages.made]
        return next((page.png for page in made if page.address == address), None)

    def _begin(self) -> None:
        if self._next and not self._busy:
            name, key, job = self._next
            self._next, self._busy = None, True
            future = self._executor.submit(printed, job)
            future.add_done_callback(lambda future: self._later(partial(self._end, name, key, future)))

    def _end(self, name: str, key: bytes, future: Future[tuple[Page, ...]]) -> None:
        self._busy = False
        try:
            self._pages[name] = Pages(future.result(), key=key)
        except CribError as error:
            self._fail(name, key, error)
        except BrokenExecutor:
            self._fail(name, key, BuildError(_DIED))
        self._told(name)
        self._begin()

    def _fail(self, name: str, key: bytes, error: CribError) -> None:
        made = self._pages.get(name, Pages()).made
        self._pages[name] = Pages(made, late=True, error=error, key=key)


def printed(job: Job) -> tuple[Page, ...]:
    """Return the pages of the PDF that *job* makes. Raises CribError."""
    from pypdfium2 import PdfDocument

    os.setpriority(os.PRIO_PROCESS, 0, _PATIENT)
    with PdfDocument(_made(job)) as pdf:
        return tuple(_page(page.render(scale=_PIXELS_A_POINT).to_pil()) for page in pdf)


def _made(job: Job) -> Any:
    return job.make(*job.resolve(_made))


def _page(image: Any) -> Page:
    png = BytesIO()
    image.save(png, "PNG")
    return Page(png.getvalue(), *image.size)
