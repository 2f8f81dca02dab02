"""The record of an output: all that the command line, the Makefile and the pipeline know of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pkgutil import resolve_name
from typing import TYPE_CHECKING, Any

from crib.options import PAPERS

if TYPE_CHECKING:
    from crib.engine.job import Job
    from crib.model import Book
    from crib.render.templates import Templates

Decorator = Callable[[Any], Any]
"""A click option, which decorates a command."""


@dataclass(frozen=True)
class Output:
    """A medium that Crib builds from a book.

    name       of its command, its make target, and its files in `dist/.crib`
    help       the help text of its command
    next       what a reader does with its last file, which is `{path}`
    jobs_from  where `jobs(book, templates, **options) -> Iterator[Job]` is, as `package.module:function`; it is
               imported when it is called, so that help texts need none of its dependencies
    options    click options of its own, passed to that function
    folder     the option among these that names a folder to build into instead of `dist/`, if there is one
    printed    whether it is for paper: part of `pdf`, with the options of printing
    papers     the paper sizes that it can be printed on
    lays_out   whether its jobs lay out pages, so that workers load WeasyPrint while the book is read
    """

    name: str
    help: str
    next: str
    jobs_from: str
    options: tuple[Decorator, ...] = ()
    folder: str = ""
    printed: bool = False
    papers: tuple[str, ...] = PAPERS
    lays_out: bool = True

    def jobs(self, book: Book, templates: Templates, **options: Any) -> Iterator[Job]:
        """Yield the jobs that build its files. Raises CribError."""
        jobs: Iterator[Job] = resolve_name(self.jobs_from)(book, templates, **options)
        return jobs
