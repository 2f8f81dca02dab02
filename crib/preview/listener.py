"""A connected browser and its queue of updates (server-sent events)."""

from __future__ import annotations

from threading import Condition
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crib.model import Chapter
    from crib.preview.views import View


class Listener:
    """A browser on the document at *address*; an update replaces a waiting one of the same kind."""

    def __init__(self, address: str) -> None:
        """Start without updates."""
        self.address = address
        self.shown: tuple[View, Chapter] | None = None  # at the address
        self._updates: dict[str, str] = {}
        self._sent: dict[str, str] = {}
        self._changed = Condition()

    def send(self, kind: str, data: str) -> None:
        """Send an update, unless it equals the last one of its *kind*."""
        with self._changed:
            if self._sent.get(kind) != data:
                self._sent[kind] = self._updates[kind] = data
                self._changed.notify()

    def updates(self, timeout: float) -> dict[str, str]:
        """Wait for updates and return them by kind; none after *timeout* seconds."""
        with self._changed:
            self._changed.wait_for(lambda: self._updates, timeout)
            updates, self._updates = self._updates, {}
        return updates
