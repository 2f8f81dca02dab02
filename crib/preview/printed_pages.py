"""Pages of cheat sheets as they are printed, made by another process while a browser shows their text already."""

from __future__ import annotations

import os
from concurrent.futures import BrokenExecutor
from dataclasses import dataclass, replace
from functools import cached_property, partial
from io import BytesIO
from typing import TYPE_CHECKING, Any

from crib.engine import budget
from crib.engine.cache import digest, packed
from crib.outputs.sheets import jobs as sheets
from crib.problems import BuildError, CribError, crash
from crib.selection import Selection

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

    from crib.engine.job import Job
    from crib.engine.runner import OpenExecutor
    from crib.model import Book, Chapter
    from crib.render.templates import Templates

_PIXELS_A_POINT = 2.5
_NICE = 10  # the text of the next save comes first
_KILLED = "the process that prints pages was killed; the next save starts another"


@dataclass(frozen=True)
class PageImage:
    """A page of paper as a picture, in PNG; width and height in pixels."""

    png: bytes
    width: int
    height: int

    @cached_property
    def address(self) -> str:
        """The path of its URL."""
        return f"/pages/{digest(self.png).hex()}.png"


@dataclass(frozen=True)
class PrintedPages:
    """The pages of one chapter.

    late   whether they show an older text
    error  why the newest text could not be printed
    key    digest of the job that prints the newest text
    """

    images: tuple[PageImage, ...] = ()
    late: bool = False
    error: CribError | None = None
    key: bytes = b""


class PagePrinter:
    """Prints one chapter at a time; next the one that was asked for last."""

    def __init__(
        self,
        opened: OpenExecutor,
        later: Callable[[Callable[[], None]], None],
        printed: Callable[[str], None],
    ) -> None:
        """Print with the executor that *opened* returns.

        later    calls a function in the thread that uses this object
        printed  is called in that thread with the name of each chapter that was printed, or could not be
        """
        self._opened, self._later, self._printed = opened, later, printed
        self._pages: dict[str, PrintedPages] = {}
        self._next: tuple[str, bytes, Job] | None = None
        self._busy = False

    def pages(self, book: Book, chapter: Chapter, templates: Templates) -> PrintedPages:
        """Return the pages of *chapter* as they were printed last; newer ones will follow. Raises CribError."""
        part = book.select(Selection(chapters=(chapter.number,)))
        jobs = [job for job in sheets.jobs(part, templates) if job.path]
        if not jobs:
            return PrintedPages()
        known, key = self._pages.get(chapter.name, PrintedPages()), digest(packed(jobs[0]))
        if known.key == key:
            return known
        self._next = chapter.name, key, jobs[0]
        self._begin()
        return replace(known, late=True, error=None)

    def file(self, address: str) -> bytes | None:
        """Return the picture at *address*; None if no page has it."""
        images = [image for pages in list(self._pages.values()) for image in pages.images]
        return next((image.png for image in images if image.address == address), None)

    def _begin(self) -> None:
        if self._next and not self._busy:
            name, key, job = self._next
            self._next, self._busy = None, True
            with self._opened() as (executor, _):
                future = executor.submit(print_pages, job)
            future.add_done_callback(lambda future: self._later(partial(self._end, name, key, future)))

    def _end(self, name: str, key: bytes, future: Future[tuple[PageImage, ...]]) -> None:
        self._busy = False
        try:
            self._pages[name] = PrintedPages(future.result(), key=key)
        except CribError as error:
            self._fail(name, key, error)
        except BrokenExecutor:
            self._fail(name, key, BuildError(_KILLED))
        except Exception as error:  # noqa: BLE001 - whatever a job raises is shown, and the next save may mend it
            self._fail(name, key, crash(error))
        self._printed(name)
        self._begin()

    def _fail(self, name: str, key: bytes, error: CribError) -> None:
        images = self._pages.get(name, PrintedPages()).images
        self._pages[name] = PrintedPages(images, late=True, error=error, key=key)


def print_pages(job: Job) -> tuple[PageImage, ...]:
    """Return the pages of the PDF that *job* makes. Raises CribError."""
    from pypdfium2 import PdfDocument

    os.setpriority(os.PRIO_PROCESS, 0, _NICE)
    try:
        with PdfDocument(budget.within(budget.current(), lambda: _value(job))) as pdf:
            return tuple(_image(page.render(scale=_PIXELS_A_POINT).to_pil()) for page in pdf)
    except (CribError, OSError):
        raise
    except Exception as error:  # noqa: BLE001 - tracebacks do not survive the way from here
        raise crash(error) from None


def _value(job: Job) -> Any:
    return job.make(*job.resolve(_value))


def _image(picture: Any) -> PageImage:
    png = BytesIO()
    picture.save(png, "PNG")
    return PageImage(png.getvalue(), *picture.size)
