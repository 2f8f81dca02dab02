"""`build.py serve` and `build.py watch`: what goes on until Ctrl-C."""

from __future__ import annotations

from functools import partial
from queue import SimpleQueue
from signal import SIGINT, SIGTERM, getsignal, signal
from threading import Thread
from typing import TYPE_CHECKING

import click

from crib.engine.dist import Dist
from crib.engine.runner import workers
from crib.home import own_folder
from crib.pipeline.build import build
from crib.pipeline.workers import open_cache
from crib.preview.changes import watching
from crib.preview.server import HOST, Server
from crib.preview.studio import Studio
from crib.preview.waiting import next_of
from crib.problems import BuildError, CribError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path
    from types import FrameType

    from crib.options import Options

PORT = 4747
"""Where the preview usually is."""


def serve(content: Path, templates: Path | None, out: Path, port: int | None, *, opened: bool) -> None:
    """Show the book in a browser until something is raised, such as KeyboardInterrupt. Raises BuildError."""
    if not content.is_dir():
        raise BuildError(f"there is no folder {content}")
    dist = Dist(out)
    with open_cache(dist) as cache, workers(1, cache) as (executor, _):
        studio = Studio(content, templates, executor, lambda text: click.echo(text, err=True))
        insist(studio.changed)
        with _listening(port, studio) as server, watching(watched(content, templates), out, studio.changed):
            Thread(target=server.serve_forever, daemon=True).start()
            click.echo(server.url)
            if opened:
                click.launch(server.url)
            studio.work()


def watch(options: Options, outputs: Iterable[str]) -> None:
    """Build *outputs*, and again after each change, until something but problems is raised. Raises OSError."""
    changes: SimpleQueue[frozenset[str] | BaseException] = SimpleQueue()
    insist(changes.put)
    heeded = {number: getsignal(number) for number in (SIGINT, SIGTERM)}
    with watching(watched(options.content, options.templates), options.out, changes.put):
        while True:
            _build(options, outputs)
            for number, handler in heeded.items():
                signal(number, handler)
            click.echo("Waiting for changes …", err=True)
            _wait(changes)


def _build(options: Options, outputs: Iterable[str]) -> None:
    try:
        build(options, *outputs)
    except CribError as error:
        click.echo(str(error), err=True)
    except click.UsageError as error:  # such as a chapter that is not there now
        click.echo(error.format_message(), err=True)


def _wait(changes: SimpleQueue[frozenset[str] | BaseException]) -> None:
    """Return when something has changed since the last build. Raises what is there instead, such as OSError."""
    change = next_of(changes)
    while not isinstance(change, BaseException) and not changes.empty():
        change = changes.get()
    if isinstance(change, BaseException):
        raise change


def insist(tell: Callable[[BaseException], object]) -> None:
    """Have SIGINT and SIGTERM also *tell* what they raise.

    Python drops an exception that a signal raises while a destructor or a weakref's callback runs, as one
    does at the end of every import (https://docs.python.org/3/library/sys.html#sys.unraisablehook).
    """
    for number in (SIGINT, SIGTERM):
        handler = getsignal(number)
        if callable(handler):
            signal(number, partial(_raise_and, tell, handler))


def _raise_and(
    tell: Callable[[BaseException], object],
    handler: Callable[[int, FrameType | None], object],
    number: int,
    frame: FrameType | None,
) -> None:
    try:
        handler(number, frame)
    except BaseException as raised:
        tell(raised)
        raise


def watched(content: Path, templates: Path | None) -> list[Path]:
    """Return the folders that a book in *content* is made of."""
    return [content, own_folder(), *([templates] if templates else [])]


def _listening(port: int | None, studio: Studio) -> Server:
    try:
        return Server(PORT if port is None else port, studio)
    except OSError as error:
        if port is not None:
            raise BuildError(f"{HOST}:{port}: {error.strerror}") from None
    click.echo(f"Port {PORT} is taken; using another.", err=True)
    return Server(0, studio)
