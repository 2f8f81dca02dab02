"""The record of an output, as used by the command line, the Makefile and the pipeline."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pkgutil import resolve_name
from typing import TYPE_CHECKING, Any

from crib.options import PAPERS, THEMES

if TYPE_CHECKING:
    from crib.engine.job import Job
    from crib.model import Book
    from crib.render.templates import Templates

Decorator = Callable[[Any], Any]
"""A click option: a decorator of commands."""


@dataclass(frozen=True)
class Output:
    """A medium to build from a book.

    name       name of its command, its make target, and its files in `dist/.crib`
    help       help text of its command
    next       next step of a reader, with its last file as `{path}`
    jobs_from  `jobs(book, templates, **options) -> Iterator[Job]` as `package.module:function`, imported at its first
               call: help texts need none of its dependencies
    options    click options of its own, passed to `jobs`
    folder     its option for an output folder instead of `dist/`, if any
    printed    True for paper: part of `pdf`, with print options
    papers     its paper sizes
    themes     its themes, each with a help text
    lays_out   True if its jobs lay out pages: workers load WeasyPrint while the book is read
    """

    name: str
    help: str
    next: str
    jobs_from: str
    options: tuple[Decorator, ...] = ()
    folder: str = ""
    printed: bool = False
    papers: tuple[str, ...] = PAPERS
    themes: Mapping[str, str] = field(default_factory=lambda: THEMES)
    lays_out: bool = True

    def jobs(self, book: Book, templates: Templates, **options: Any) -> Iterator[Job]:
        """Yield the jobs of its files. Raises CribError."""
        jobs: Iterator[Job] = resolve_name(self.jobs_from)(book, templates, **options)
        return jobs
