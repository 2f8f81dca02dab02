"""From a folder of content to a folder of built files: read, choose, build, publish, tell."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterable
from contextlib import contextmanager, suppress
from datetime import datetime, timezone
from functools import partial
from signal import SIG_IGN, SIGINT, SIGTERM, signal
from time import perf_counter
from typing import TYPE_CHECKING, Any

import click

from crib.engine.job import Job
from crib.problems import ContentError, CribError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from crib.engine.cache import Store
    from crib.engine.dist import Dist
    from crib.engine.job import Record
    from crib.engine.last_build import LastBuild
    from crib.engine.plan import Plan
    from crib.engine.runner import Opened
    from crib.model import Book
    from crib.model.selection import Selection
    from crib.pipeline.options import Options

_LAST_EPOCH = 4_102_444_800  # 2100: the container of an e-book knows no time after 2107
_ROOM = 20
"""How much more than the built files the parts of them may take, those of earlier builds among them."""

_LEAST_ROOM = 500_000_000
_UNPRINTED = {"anki"}
"""Outputs that nothing is laid out for."""

_NEXT = {
    "sheets": "Print {path}",
    "cards": "Print {path} on both sides",
    "quiz": "Print {path}",
    "pocket": "Print and fold {path}",
    "book": "Print {path} on both sides",
    "epub": "Open {path} in a reading app",
    "anki": "Import {path} into Anki",
}


Ahead = Callable[[Iterable[Job]], object]
"""Told jobs whose values this process is about to ask for, and finds if others have made them meanwhile."""


def _alone(jobs: Iterable[Job]) -> None:
    """Leave all *jobs* to this process."""


def read(content: Path, ahead: Ahead = _alone) -> Book:
    """Return the book in *content*. Raises ContentError with all its problems."""
    from crib.lint import lint, lint_ahead
    from crib.source import read_ahead, read_book

    ahead(read_ahead(content))
    reading = read_book(content)
    ahead(lint_ahead(reading.book))
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


def build(options: Options, *outputs: str, **settings: Any) -> None:
    """Build what has changed of *outputs* with their *settings*, or tell what would be built.

    Raises CribError, click.UsageError.
    """
    from crib.engine.dist import Dist
    from crib.engine.last_build import LastBuild

    dist = Dist(options.out)
    with dist.open():
        last = LastBuild(dist, *_request(options, outputs, settings), rehash=options.rehash)
        if (files := last.unchanged) is not None:
            _tell_unchanged(options, files)
        elif options.dry_run:
            _tell_plan(last, options, outputs, settings)
        else:
            _build(last, options, outputs, settings)


def _request(
    options: Options, outputs: tuple[str, ...], settings: Mapping[str, Any]
) -> tuple[tuple[object, ...], list[Path]]:
    """Return what decides a build beside its files, and the folders that it reads."""
    from crib.home import own_folder

    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    asked = (options.content, options.templates, options.selection, options.print, outputs, settings, epoch)
    return asked, [options.content, own_folder(), *([options.templates] if options.templates else [])]


def _build(last: LastBuild, options: Options, outputs: tuple[str, ...], settings: Mapping[str, Any]) -> None:
    from crib.engine.plan import Plan
    from crib.engine.runner import staying

    dist = last.dist
    with remembering(dist) as store:
        with staying(_opened(options, store)) as opened:
            if any(output not in _UNPRINTED for output in outputs):
                _warm_up(opened)
            planned = _planned(options, outputs, settings, partial(_make_ahead, store, opened))
            plan = Plan(planned, store, dist.key)
            _run(plan, dist, options, opened)
        files = {job.path: output for job, output in planned.items()}
        finish_in_any_case()
        for path in dist.publish(files, plan.keys, replaced=() if options.selection.names else outputs):
            click.echo(path)
    records = dict.fromkeys(job.record for job in planned if job.record)
    for record in records:
        _keep(record, quiet=options.quiet)
    last.write({path: plan.keys[path] for path in files}, [record.path for record in records])
    if not options.quiet:
        _tell_next(options.out, files)


@contextmanager
def remembering(dist: Dist) -> Iterator[Store]:
    """Use, as long as this lasts, what was made before for files of *dist*, and keep what is made."""
    from crib.engine.cache import Store, use
    from crib.engine.fingerprint import stamp

    store = Store(dist.store, stamp())
    before = use(store)
    try:
        yield store
    finally:
        use(before)
        store.close(max(_LEAST_ROOM, _ROOM * dist.size))


def _warm_up(opened: Opened) -> None:
    """Have all workers load what prints, while this process still finds out what is to be printed."""
    from crib.print.pdf.weasyprint_setup import load

    with opened() as (executor, count):
        for _ in range(count):
            executor.submit(load, None)


def _make_ahead(store: Store, opened: Opened, jobs: Iterable[Job]) -> None:
    """Have *jobs* made for the *store*, if they are more than one; what is wrong will be told by who asks for them."""
    from crib.engine.plan import Plan
    from crib.engine.runner import run

    plan = Plan(jobs, store)
    if len(plan.open) > 1:
        with suppress(CribError):
            run(plan, opened, lambda *_: None)


def chosen(options: Options, ahead: Ahead = _alone) -> Book:
    """Return the book, or the part of it that was chosen, to be printed as *options* say. Raises ContentError."""
    from dataclasses import replace

    book = _selected(read(options.content, ahead), options.selection)
    return replace(book, print=replace(book.print, **options.print))


def _planned(
    options: Options, outputs: tuple[str, ...], settings: Mapping[str, Any], ahead: Ahead = _alone
) -> dict[Job, str]:
    """Return the jobs of *outputs*, each with the name of its output."""
    from importlib import import_module

    from crib.render.templates import Templates

    book, templates = chosen(options, ahead), Templates(options.templates)
    modules = {output: import_module(f"crib.outputs.{output}.jobs") for output in outputs}
    if "anki" in modules:
        ahead(modules["anki"].ahead(book, templates))
    return {job: output for output, module in modules.items() for job in module.jobs(book, templates, **settings)}


def _run(plan: Plan, dist: Dist, options: Options, opened: Opened) -> None:
    from crib.engine.runner import run

    started, length = perf_counter(), sum(1 for job in plan.open if job.path)
    shown = not options.quiet and not options.verbose and sys.stderr.isatty()
    if not plan.open:
        return
    with click.progressbar(length=length, label="Building", file=sys.stderr, hidden=not shown) as bar:

        def done(job: Job, result: bytes) -> None:
            if not job.path:
                return
            dist.stage(job.path, result)
            bar.update(1)
            if options.verbose:
                click.echo(f"{perf_counter() - started:6.1f} s  {len(result):>9,} bytes  {job.path}", err=True)

        run(plan, opened, done)


def _opened(options: Options, store: Store) -> Opened:
    """Return what opens an executor, here or on a cluster."""
    if options.scheduler:
        from crib.engine.cluster import cluster
        from crib.source.figures import FORMATS

        return partial(cluster, options.scheduler, options.content, options.templates, FORMATS)
    from crib.engine.runner import cores, workers

    return partial(workers, options.workers or cores(), store)


def _keep(record: Record, *, quiet: bool) -> None:
    """Write what the book keeps of an output; where it may not be written to, the output is none the worse."""
    from crib.engine.dist import replace_file

    try:
        replace_file(record.path, record.data)
    except OSError as error:
        click.echo(f"warning: {record.path}: {error.strerror}; a later build will not know this one", err=True)
    else:
        if record.told and not quiet:
            click.echo(record.told, err=True)


def _tell_unchanged(options: Options, files: Iterable[str]) -> None:
    if not options.dry_run:
        for path in files:
            click.echo(options.out / path)
    if not options.quiet:
        click.echo("Nothing has changed.", err=True)


def _tell_plan(last: LastBuild, options: Options, outputs: tuple[str, ...], settings: Mapping[str, Any]) -> None:
    """Say which files would be built, and why."""
    from crib.engine.plan import Plan

    with remembering(last.dist) as store:
        planned = _planned(options, outputs, settings)
        for job in Plan(planned, store, last.dist.key).open:
            if job.path:
                click.echo(f"{job.path}: {last.reason(job)}")


def _tell_next(out: Path, files: dict[str, str]) -> None:
    """Say what to do with the last file of each output; a book's whole file comes last."""
    last = {output: out / path for path, output in files.items()}
    told = "; ".join(_NEXT[output].format(path=path) for output, path in last.items())
    click.echo(f"Next: {told}." if told else "Nothing was built: what was asked for has no answers.", err=True)


def finish_in_any_case() -> None:
    """Let nobody interrupt the moment in which files of `dist/` come and go."""
    signal(SIGINT, SIG_IGN)
    signal(SIGTERM, SIG_IGN)
