"""Printed pages of a chapter as images, rendered by a background process: text is previewed first."""

from __future__ import annotations

import os
from concurrent.futures import BrokenExecutor
from dataclasses import dataclass, replace
from functools import cached_property, partial
from io import BytesIO
from typing import TYPE_CHECKING, Any

from crib.engine import budget
from crib.engine.cache import digest, packed
from crib.engine.job import with_needs
from crib.problems import BuildError, CribError, crash

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from concurrent.futures import Future

    from crib.engine.job import Job
    from crib.engine.runner import OpenExecutor

_PIXELS_A_POINT = 2.5
_NICE = 10  # the text of the next save comes first
_KILLED = "the process printing pages was killed; the next save starts another"


@dataclass(frozen=True)
class PageImage:
    """A page of paper as a PNG image; width and height in pixels."""

    png: bytes
    width: int
    height: int

    @cached_property
    def address(self) -> str:
        """The path of its URL."""
        return f"/pages/{digest(self.png).hex()}.png"


@dataclass(frozen=True)
class PrintedPages:
    """The pages of one chapter in one view.

    late   True while they show an older text
    error  the error in printing the newest text, if any
    key    digest of the printing job of the newest text
    """

    images: tuple[PageImage, ...] = ()
    late: bool = False
    error: CribError | None = None
    key: bytes = b""


class PagePrinter:
    """Prints the pages of one view at a time, the latest request first."""

    def __init__(
        self,
        opened: OpenExecutor,
        later: Callable[[Callable[[], None]], None],
        printed: Callable[[str], None],
        is_shown: Callable[[str], bool],
    ) -> None:
        """Print with the executor from *opened*.

        later     calls a function in the thread of this object
        printed   called in that thread with an address after its pages were printed, or failed to print
        is_shown  returns True if a browser shows an address; waiting pages of others are dropped
        """
        self._opened, self._later, self._printed, self._is_shown = opened, later, printed, is_shown
        self._pages: dict[str, PrintedPages] = {}
        self._waiting: dict[str, tuple[bytes, Job]] = {}
        self._busy = False

    def pages(self, address: str, jobs: Iterable[Job]) -> PrintedPages:
        """Return the latest printed pages at *address*, and start printing newer ones if need be. Raises CribError.

        The first of *jobs* with a path makes the PDF.
        """
        job = next((job for job in jobs if job.path), None)
        if not job:
            return PrintedPages()
        latest, key = self._pages.get(address, PrintedPages()), digest(packed(job))
        if latest.key == key:
            return latest
        if self._busy:
            self._waiting.pop(address, None)
            self._waiting[address] = key, job
        else:
            self._begin(address, key, job)
        return replace(latest, late=True, error=None)

    def forget_errors(self) -> None:
        """Print pages that failed again when they are next requested: a file may be there now."""
        self._pages = {
            address: replace(pages, error=None, key=b"") if pages.error else pages
            for address, pages in self._pages.items()
        }

    def file(self, address: str) -> bytes | None:
        """Return the image of a page at *address*, None if there is none."""
        images = [image for pages in list(self._pages.values()) for image in pages.images]
        return next((image.png for image in images if image.address == address), None)

    def _begin(self, address: str, key: bytes, job: Job) -> None:
        with self._opened() as (executor, _):
            future = executor.submit(print_pages, job)
        self._busy = True
        future.add_done_callback(lambda future: self._later(partial(self._end, address, key, future)))

    def _begin_next(self) -> None:
        """Print the pages of the latest waiting request of an open browser."""
        while self._waiting and not self._busy:
            address, (key, job) = self._waiting.popitem()
            if self._is_shown(address):
                self._begin(address, key, job)

    def _end(self, address: str, key: bytes, future: Future[tuple[PageImage, ...]]) -> None:
        self._busy = False
        try:
            self._pages[address] = PrintedPages(future.result(), key=key)
        except CribError as error:
            self._fail(address, key, error)
        except BrokenExecutor:
            self._fail(address, key, BuildError(_KILLED))
        except Exception as error:  # noqa: BLE001 - shown as a problem until a save fixes it
            self._fail(address, key, crash(error))
        self._printed(address)
        self._begin_next()

    def _fail(self, address: str, key: bytes, error: CribError) -> None:
        images = self._pages.get(address, PrintedPages()).images
        self._pages[address] = PrintedPages(images, late=True, error=error, key=key)


def print_pages(job: Job) -> tuple[PageImage, ...]:
    """Return images of the pages of the PDF of *job*. Raises CribError."""
    from pypdfium2 import PdfDocument

    os.setpriority(os.PRIO_PROCESS, 0, _NICE)
    try:
        with PdfDocument(budget.within(budget.current(), lambda: _value(job))) as pdf:
            return tuple(_image(page.render(scale=_PIXELS_A_POINT).to_pil()) for page in pdf)
    except (CribError, OSError):
        raise
    except Exception as error:  # noqa: BLE001 - a traceback would be lost between processes
        raise crash(error) from None


def _value(job: Job) -> Any:
    """Return the value of *job*, running each job it needs once."""
    values: dict[Job, Any] = {}
    for step in with_needs([job]):
        values[step] = step.make(*step.resolve(values.__getitem__))
    return values[job]


def _image(picture: Any) -> PageImage:
    png = BytesIO()
    picture.save(png, "PNG")
    return PageImage(png.getvalue(), *picture.size)
