"""File watcher: report changed files of folders, tolerating partial writes and renames by editors."""

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
    """Called with the absolute paths of changed files, or with the system's error."""

_STEP = 10
"""Milliseconds without a change until a burst counts as over."""

_DEBOUNCE = 200
"""Maximum length of a burst in milliseconds; a longer one is reported in parts."""

_EMPTY = 0.1
"""Seconds to wait for an editor to fill a file it has truncated."""

_RETRY = 1.0
"""Seconds to wait after an error before watching again."""


class Sources(DefaultFilter):
    """Filter for source files: not hidden, not from editors or git, not built by Crib."""

    def __init__(self, out: Path) -> None:
        """Exclude the folder of built files *out* and the ledger, written by builds."""
        super().__init__()
        self._out = out.resolve()

    def __call__(self, change: Change, path: str) -> bool:
        """Return True if the file at *path* is a source."""
        file = Path(path)
        is_built = file == self._out or self._out in file.parents
        return not is_built and not file.name.startswith((".", LOCK_FILE)) and super().__call__(change, path)


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
    """Watch until *ended*, starting over when a folder is replaced or the system reports an error."""
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
    """Watch until *ended*, or until a folder is replaced: the system would go on watching the old one."""
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
    """Give editors a moment to fill empty files among *paths*."""
    end = monotonic() + _EMPTY
    while monotonic() < end and any(map(_is_empty, paths)):
        sleep(_EMPTY / 20)


def _is_empty(path: str) -> bool:
    try:
        return Path(path).stat().st_size == 0
    except OSError:  # it has gone already
        return False
