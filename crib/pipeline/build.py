"""Build outputs: read the book, plan, run, publish, and report; skip all of it if nothing changed.

Modules for actual work are imported on demand.
"""

from __future__ import annotations

import os
import sys
from signal import SIG_IGN, SIGINT, SIGTERM, signal
from time import perf_counter
from typing import TYPE_CHECKING, Any

import click

from crib.engine import budget
from crib.engine.budget import Budget
from crib.engine.dist import Dist
from crib.engine.last_build import LastBuild
from crib.files import replace_file
from crib.home import own_folder
from crib.model.book_files import BookFiles
from crib.outputs.registry import outputs
from crib.pipeline.finishing import finished
from crib.problems import NOTE

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping
    from pathlib import Path

    from crib.engine.cache import Cache
    from crib.engine.job import Job, Record
    from crib.engine.plan import Plan
    from crib.engine.runner import OpenExecutor
    from crib.model import Book
    from crib.options import Options
    from crib.render.templates import Templates

_NOTHING_BUILT = "Nothing was built: with these options, there is nothing to show."


def build(options: Options, *names: str, **settings: Any) -> None:
    """Build the changed files of the outputs *names* with their *settings*, or print the plan.

    Raises CribError, click.UsageError.
    """
    budget.use(None if options.no_limits else Budget())
    dist = Dist(options.out, rehash=options.rehash)
    with dist.open():
        last = LastBuild(
            dist,
            _request(options, names, settings),
            options.content,
            BookFiles.of(options.content).inputs,
            [own_folder(), *([options.templates] if options.templates else [])],
        )
        if (files := last.unchanged) is not None:
            _report_unchanged(options, files)
        elif options.dry_run:
            _report_plan(last, options, names, settings)
        else:
            _build(last, options, names, settings)


def build_files(options: Options, name: str, jobs_of: Callable[[Templates], Iterable[Job]]) -> list[Path]:
    """Build the files of the jobs from *jobs_of*, replace earlier files of *name*, and return their paths.

    *jobs_of* is called with the cache in use. Raises CribError.
    """
    from crib.pipeline.workers import open_cache, open_workers
    from crib.render.templates import Templates

    budget.use(None if options.no_limits else Budget())
    dist = Dist(options.out, rehash=options.rehash)
    with dist.open(), open_cache(dist) as cache:
        with open_workers(options, cache, lay_out=True) as opened:
            files = {job.path: job for job in jobs_of(Templates(options.templates))}
            plan = _plan(files.values(), cache, dist, options)
            _run(plan, dist, options, opened)
        ignore_signals()
        return dist.publish(dict.fromkeys(files, name), plan.keys, replaced=(name,))


def _request(options: Options, names: tuple[str, ...], settings: Mapping[str, Any]) -> tuple[object, ...]:
    """Return the inputs of a build besides files: options, settings and environment."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    return (
        options.content,
        options.content.resolve().name,  # the title of a book without one
        options.templates,
        options.selection,
        options.print,
        options.finishing,
        options.no_limits,
        options.strict,
        names,
        settings,
        epoch,
    )


def _build(last: LastBuild, options: Options, names: tuple[str, ...], settings: Mapping[str, Any]) -> None:
    from crib.pipeline.reading import read_selected, report_warnings
    from crib.pipeline.workers import open_cache, open_workers

    dist = last.dist
    with open_cache(dist) as cache:
        lay_out = any(outputs()[name].lays_out for name in names)
        with open_workers(options, cache, lay_out=lay_out) as opened:
            book = read_selected(options)
            jobs = _jobs(book, options, names, settings)
            notices = (notice for job in jobs for notice in job.notices if options.verbose or notice.severity != NOTE)
            report_warnings(notices, strict=options.strict, quiet=options.quiet)
            plan = _plan(jobs, cache, dist, options)
            _run(plan, dist, options, opened)
        files = {job.path: name for job, name in jobs.items()}
        ignore_signals()
        for path in dist.publish(files, plan.keys, replaced=() if options.selection.names else names):
            click.echo(path)
    records = dict.fromkeys(job.record for job in jobs if job.record)
    for record in records:
        write_record(record, quiet=options.quiet)
    last.write({path: plan.keys[path] for path in files}, [record.path for record in records], book.all_pictures)
    if not options.quiet:
        _report_next(options.out, files)


def _jobs(book: Book, options: Options, names: tuple[str, ...], settings: Mapping[str, Any]) -> dict[Job, str]:
    """Return the jobs of the outputs *names* of *book*, each with the name of its output."""
    from crib.render.templates import Templates

    templates = Templates(options.templates)
    jobs: dict[Job, str] = {}
    for name in names:
        output = outputs()[name]
        own = output.jobs(book, templates, **settings)
        jobs |= dict.fromkeys(finished(own, options.finishing, book, templates) if output.printed else own, name)
    return jobs


def _plan(jobs: Iterable[Job], cache: Cache, dist: Dist, options: Options) -> Plan:
    """Return the plan of *jobs*; workers on this machine write files themselves."""
    from crib.engine.plan import Plan

    return Plan(jobs, cache, dist.key, None if options.scheduler else dist.stage)


def _run(plan: Plan, dist: Dist, options: Options, opened: OpenExecutor) -> None:
    from crib.engine.runner import run

    started, length = perf_counter(), sum(1 for job in plan.open if job.path)
    has_bar = not options.quiet and not options.verbose and sys.stderr.isatty()
    if not plan.open:
        return
    with click.progressbar(length=length, label="Building", file=sys.stderr, hidden=not has_bar) as bar:

        def done(job: Job, result: bytes) -> None:
            if not job.path:
                return
            if options.scheduler:
                dist.stage(job.path, result)
            else:
                dist.record_staged(job.path, result)
            bar.update(1)
            if options.verbose:
                size = dist.staged_size(job.path)
                click.echo(f"{perf_counter() - started:6.1f} s  {size:>9,} bytes  {job.path}", err=True)

        run(plan, opened, done)


def write_record(record: Record, *, quiet: bool) -> None:
    """Write the record of an output into the book's folder; a failure is only a warning."""
    try:
        replace_file(record.path, record.data)
    except OSError as error:
        click.echo(f"warning: {record.path}: {error.strerror}; later builds will not know of this one", err=True)
    else:
        if record.notice and not quiet:
            click.echo(record.notice, err=True)


def _report_unchanged(options: Options, files: Collection[str]) -> None:
    if not options.dry_run:
        for path in files:
            click.echo(options.out / path)
    if not options.quiet:
        click.echo("Nothing has changed." if files else _NOTHING_BUILT, err=True)


def _report_plan(last: LastBuild, options: Options, names: tuple[str, ...], settings: Mapping[str, Any]) -> None:
    """Print the files to be built, each with a reason."""
    from crib.engine.plan import Plan
    from crib.pipeline.reading import read_selected
    from crib.pipeline.workers import open_cache

    with open_cache(last.dist) as cache:
        jobs = _jobs(read_selected(options), options, names, settings)
        for job in Plan(jobs, cache, last.dist.key).open:
            if job.path:
                click.echo(f"{job.path}: {last.reason(job)}")


def _report_next(out: Path, files: dict[str, str]) -> None:
    """Print the next step for the last file of each output; that of the whole book comes last."""
    last_files = {name: out / path for path, name in files.items()}
    steps = "; ".join(outputs()[name].next.format(path=path) for name, path in last_files.items())
    click.echo(f"Next: {steps}." if steps else _NOTHING_BUILT, err=True)


def ignore_signals() -> None:
    """Ignore Ctrl-C and SIGTERM from now on: files in `dist/` are about to change."""
    signal(SIGINT, SIG_IGN)
    signal(SIGTERM, SIG_IGN)
