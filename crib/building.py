"""From a folder of content to a folder of built files: read, choose, build, publish, tell."""

from __future__ import annotations

import os
import re
import sys
from contextlib import contextmanager, nullcontext
from datetime import datetime, timezone
from functools import partial
from signal import SIG_IGN, SIGINT, SIGTERM, signal
from time import perf_counter
from typing import TYPE_CHECKING, Any

import click

from crib.problems import ContentError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from crib.dist import Dist
    from crib.model import Book, Selection
    from crib.options import Options
    from crib.outputs import Job, Record
    from crib.render.templates import Templates
    from crib.run import Opened

_LAST_EPOCH = 4_102_444_800  # 2100: the container of an e-book knows no time after 2107
_NEXT = {
    "sheets": "Print {path}",
    "cards": "Print {path} on both sides",
    "quiz": "Print {path}",
    "pocket": "Print and fold {path}",
    "book": "Print {path} on both sides",
    "epub": "Open {path} in a reading app",
    "anki": "Import {path} into Anki",
}


def read(content: Path) -> Book:
    """Return the book in *content*. Raises ContentError with all its problems."""
    from crib.lint import lint
    from crib.source import read_book

    reading = read_book(content)
    problems = [*reading.problems, *lint(reading.book, complete=reading.complete)]
    if problems:
        raise ContentError(problems)
    return _dated(reading.book)


def _dated(book: Book) -> Book:
    """Return *book* as of SOURCE_DATE_EPOCH, if that is set (reproducible-builds.org)."""
    from dataclasses import replace

    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if epoch is None:
        return book
    if not re.fullmatch("[0-9]{1,10}", epoch) or int(epoch) >= _LAST_EPOCH:
        raise click.UsageError(f"SOURCE_DATE_EPOCH is not a number of seconds before 2100: {epoch!r}")
    return replace(book, released=datetime.fromtimestamp(int(epoch), timezone.utc))


def _selected(book: Book, selection: Selection) -> Book:
    known = [chapter.number for chapter in book.chapters]
    _refuse_unknown("chapter", selection.chapters, known)
    _refuse_unknown("tag", selection.tags, sorted({tag for answer in book.answers for tag in answer.tags}))
    return book.select(selection) if selection.names else book


def _refuse_unknown(what: str, wanted: Iterable[Any], known: Iterable[Any]) -> None:
    if missing := [each for each in wanted if each not in known]:
        raise click.UsageError(f"there is no {what} {missing[0]}: the book has {', '.join(map(str, known)) or 'none'}")


def build(options: Options, *outputs: str, **settings: Any) -> Book:
    """Build *outputs* with their *settings*, and return the book, or the part of it that was chosen.

    Raises CribError, click.UsageError.
    """
    from dataclasses import replace

    from crib.dist import Dist
    from crib.render.templates import Templates

    book = _selected(read(options.content), options.selection)
    book = replace(book, print=replace(book.print, **options.print))
    dist = Dist(options.out)
    with dist.open():
        templates = Templates(options.templates)
        planned = {job: output for output in outputs for job in _jobs(output, book, templates, **settings)}
        _run(list(planned), dist, options)
        files = {job.path: output for job, output in planned.items()}
        finish_in_any_case()
        for path in dist.publish(files, replaced=() if book.selection.names else outputs):
            click.echo(path)
        for record in dict.fromkeys(job.record for job in planned if job.record):
            _keep(record, quiet=options.quiet)
    if not options.quiet:
        _tell_next(options.out, files)
    return book


def _jobs(output: str, book: Book, templates: Templates, **settings: Any) -> Iterable[Job]:
    from importlib import import_module

    jobs: Iterable[Job] = import_module(f"crib.outputs.{output}").jobs(book, templates, **settings)
    return jobs


def _run(jobs: list[Job], dist: Dist, options: Options) -> None:
    from crib.run import run

    started = perf_counter()
    shown = not options.quiet and not options.verbose and sys.stderr.isatty()
    with (
        _workers(options) as (opened, count),
        click.progressbar(length=len(jobs), label="Building", file=sys.stderr, hidden=not shown) as bar,
    ):

        def done(job: Job, result: bytes) -> None:
            if not job.path:
                return
            dist.stage(job.path, result)
            bar.update(1)
            if options.verbose:
                click.echo(f"{perf_counter() - started:6.1f} s  {len(result):>9,} bytes  {job.path}", err=True)

        run(jobs, opened, count, done)


@contextmanager
def _workers(options: Options) -> Iterator[tuple[Opened, int]]:
    """Yield what opens an executor, here or on a cluster, and how many workers it has."""
    if options.scheduler:
        from crib.cluster import cluster

        with cluster(options.scheduler, options.content, options.templates) as (executor, count):
            yield lambda: nullcontext(executor), count
    else:
        from crib.run import cores, workers

        count = options.workers or cores()
        yield partial(workers, count), count


def _keep(record: Record, *, quiet: bool) -> None:
    """Write what the book keeps of an output; where it may not be written to, the output is none the worse."""
    from crib.dist import replace_file

    try:
        replace_file(record.path, record.data)
    except OSError as error:
        click.echo(f"warning: {record.path}: {error.strerror}; a later build will not know this one", err=True)
    else:
        if record.told and not quiet:
            click.echo(record.told, err=True)


def _tell_next(out: Path, files: dict[str, str]) -> None:
    """Say what to do with the last file of each output; a book's whole file comes last."""
    last = {output: out / path for path, output in files.items()}
    told = "; ".join(_NEXT[output].format(path=path) for output, path in last.items())
    click.echo(f"Next: {told}." if told else "Nothing was built: what was asked for has no answers.", err=True)


def finish_in_any_case() -> None:
    """Let nobody interrupt the moment in which files of `dist/` come and go."""
    signal(SIGINT, SIG_IGN)
    signal(SIGTERM, SIG_IGN)
