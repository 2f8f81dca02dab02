"""Tell when files change, as editors write them: in bursts, under other names, half at first."""

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

    Told = Callable[[frozenset[str] | OSError], None]
    """Called with the whole paths of files that have changed, or with what keeps more from being told."""

_QUIET = 10
"""What follows a change within so many milliseconds is one with it."""

_LONGEST = 200
"""A burst that does not end is told after so many milliseconds."""

_EMPTY = 0.1
"""So many seconds a file that is empty may be one that is being saved."""


class Sources(DefaultFilter):
    """What a writer writes: no hidden files, nothing an editor or git keeps for itself, and nothing that Crib built."""

    def __init__(self, out: Path) -> None:
        """Leave out *out* and all below it, and the ledger, which builds write."""
        super().__init__()
        self._out = out.resolve()

    def __call__(self, change: Change, path: str) -> bool:
        """Tell whether the file *path* is one of them."""
        where = Path(path)
        built = where == self._out or self._out in where.parents
        return not built and not where.name.startswith((".", LOCK_FILE)) and super().__call__(change, path)


@contextmanager
def watching(folders: Iterable[Path], out: Path, told: Told) -> Iterator[None]:
    """Call *told* from a thread of its own whenever a file below *folders* has changed, as long as this lasts."""
    ended = Event()
    thread = Thread(
        target=_watch, args=([folder.resolve() for folder in folders], Sources(out), told, ended), daemon=True
    )
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _watch(folders: list[Path], sources: Sources, told: Told, ended: Event) -> None:
    try:
        for changes in watch(*folders, watch_filter=sources, stop_event=ended, debounce=_LONGEST, step=_QUIET):
            paths = frozenset(path for _, path in changes)
            _await_words(paths)
            told(paths)
    except OSError as error:
        told(error)


def _await_words(paths: frozenset[str]) -> None:
    """Give an editor that has emptied one of the files *paths* a moment to write to it."""
    end = monotonic() + _EMPTY
    while monotonic() < end and any(map(_is_empty, paths)):
        sleep(_EMPTY / 20)


def _is_empty(path: str) -> bool:
    try:
        return Path(path).stat().st_size == 0
    except OSError:  # it has gone already
        return False
