"""The loops of `crib serve` and `crib watch`: they follow saves until Ctrl-C, even of a broken book."""

from __future__ import annotations

from functools import partial
from queue import SimpleQueue
from signal import SIGINT, SIGTERM, getsignal, signal
from threading import Thread
from typing import TYPE_CHECKING

import click

from crib.engine.dist import Dist
from crib.engine.runner import shared_executor, workers
from crib.home import own_folder
from crib.pipeline.build import build
from crib.pipeline.workers import open_cache
from crib.preview.file_watcher import watching
from crib.preview.interrupts import next_of
from crib.preview.server import HOST, Server
from crib.preview.session import Session
from crib.problems import BuildError, CribError, crash

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from crib.options import Options
    from crib.preview.editors import Editor

PORT = 4747
"""Default port of the preview."""


def serve(  # noqa: PLR0913 - an argument for each option
    content: Path, templates: Path | None, out: Path, port: int | None, editor: Editor, *, opened: bool
) -> None:
    """Preview the book in a browser until KeyboardInterrupt or SystemExit. Raises BuildError if it cannot start."""
    if not content.is_dir():
        raise BuildError(f"there is no folder {content}")
    with open_cache(Dist(out)) as cache, shared_executor(partial(workers, 1, cache)) as executor:
        session = Session(content, templates, executor, lambda text: click.echo(text, err=True))
        with (
            _listening(port, session, editor) as server,
            watching(source_folders(content, templates), out, session.changed),
        ):
            Thread(target=server.serve_forever, daemon=True).start()
            click.echo(server.url)
            if opened:
                click.launch(server.url)
            session.work()


def watch(options: Options, outputs: Iterable[str]) -> None:
    """Build *outputs*, and again after each change, until KeyboardInterrupt or SystemExit."""
    changes: SimpleQueue[frozenset[str] | OSError] = SimpleQueue()
    handlers = {number: getsignal(number) for number in (SIGINT, SIGTERM)}
    with watching(source_folders(options.content, options.templates), options.out, changes.put):
        while True:
            _build(options, outputs)
            for number, handler in handlers.items():
                signal(number, handler)
            click.echo("Waiting for changes …", err=True)
            _wait(changes)


def _build(options: Options, outputs: Iterable[str]) -> None:
    try:
        build(options, *outputs)
    except CribError as error:
        click.echo(str(error), err=True)
    except click.UsageError as error:  # for example a deleted chapter
        click.echo(error.format_message(), err=True)
    except OSError as error:
        click.echo(str(BuildError(str(error))), err=True)
    except Exception as error:  # noqa: BLE001 - the next save may fix it
        click.echo(str(crash(error)), err=True)


def _wait(changes: SimpleQueue[frozenset[str] | OSError]) -> None:
    """Wait for the next change, and take all queued ones. Raises KeyboardInterrupt, SystemExit."""
    change = next_of(changes)
    while isinstance(change, OSError) or not changes.empty():
        if isinstance(change, OSError):
            click.echo(str(BuildError(str(change))), err=True)
        change = next_of(changes)


def source_folders(content: Path, templates: Path | None) -> list[Path]:
    """Return the input folders of a build, including Crib's own templates."""
    return [content, own_folder(), *([templates] if templates else [])]


def _listening(port: int | None, session: Session, editor: Editor) -> Server:
    try:
        return Server(PORT if port is None else port, session, editor)
    except OSError as error:
        if port is not None:
            raise BuildError(f"{HOST}:{port}: {error.strerror}") from None
    click.echo(f"Port {PORT} is taken; using another.", err=True)
    return Server(0, session, editor)
