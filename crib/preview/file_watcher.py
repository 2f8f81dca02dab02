"""Watch folders for changed files, which editors write in bursts, under other names, half at first."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from time import monotonic, sleep
from typing import TYPE_CHECKING

from watchfiles import DefaultFilter, watch

from crib.model.ledger import LOCK_FILE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from watchfiles import Change

    Report = Callable[[frozenset[str] | OSError], None]
    """Called with the absolute paths of changed files, or with the error for which the system refuses to watch."""

_STEP = 10
"""Milliseconds without a change that end a burst."""

_DEBOUNCE = 200
"""Milliseconds after which a burst is reported although it goes on."""

_EMPTY = 0.1
"""Seconds for which an empty file may be one that an editor is about to fill."""

_RETRY = 1.0
"""Seconds to wait before watching again, after the system refused."""


class Sources(DefaultFilter):
    """Files that a writer writes: nothing hidden, nothing that editors or git keep, nothing that Crib built."""

    def __init__(self, out: Path) -> None:
        """Leave out *out*, the folder of built files, and the ledger, which builds write."""
        super().__init__()
        self._out = out.resolve()

    def __call__(self, change: Change, path: str) -> bool:
        """Return whether the file at *path* is a source."""
        where = Path(path)
        built = where == self._out or self._out in where.parents
        return not built and not where.name.startswith((".", LOCK_FILE)) and super().__call__(change, path)


@contextmanager
def watching(folders: Iterable[Path], out: Path, report: Report) -> Iterator[None]:
    """Call *report*, from another thread, whenever files below *folders* change."""
    ended = Event()
    thread = Thread(
        target=_watch, args=([folder.resolve() for folder in folders], Sources(out), report, ended), daemon=True
    )
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _watch(folders: list[Path], sources: Sources, report: Report, ended: Event) -> None:
    """Watch until *ended*: again where a folder was replaced, or where the system refused."""
    refused = ""
    while not ended.is_set():
        try:
            _watch_while_same(folders, sources, report, ended)
            refused = ""
        except OSError as error:
            if str(error) != refused:
                refused = str(error)
                report(error)
            ended.wait(_RETRY)


def _watch_while_same(folders: list[Path], sources: Sources, report: Report, ended: Event) -> None:
    """Watch until *ended*, or until a folder is another than before: the system goes on to watch the old one."""
    before = _identities(folders)
    for changes in watch(
        *folders,
        watch_filter=sources,
        stop_event=ended,
        debounce=_DEBOUNCE,
        step=_STEP,
        rust_timeout=int(_RETRY * 1000),
        yield_on_timeout=True,
    ):
        if paths := frozenset(path for _, path in changes):
            _await_content(paths)
            report(paths)
        if _identities(folders) != before:
            report(frozenset(map(str, folders)))
            return


def _identities(folders: Iterable[Path]) -> list[tuple[int, int]]:
    """Return device and inode of each folder. Raises OSError."""
    return [(status.st_dev, status.st_ino) for status in map(Path.stat, folders)]


def _await_content(paths: frozenset[str]) -> None:
    """Give an editor that has emptied one of the files *paths* a moment to write to it."""
    end = monotonic() + _EMPTY
    while monotonic() < end and any(map(_is_empty, paths)):
        sleep(_EMPTY / 20)


def _is_empty(path: str) -> bool:
    try:
        return Path(path).stat().st_size == 0
    except OSError:  # it has gone already
        return False
