"""A browser that shows a document of the preview, and the updates that wait for it."""

from __future__ import annotations

from threading import Condition
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crib.model import Chapter
    from crib.preview.views import View


class Listener:
    """A browser that shows the document at *address*; of updates of one kind it gets only the latest."""

    def __init__(self, address: str) -> None:
        """Start without updates."""
        self.address = address
        self.shown: tuple[View, Chapter] | None = None  # at that address
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
        """Return updates by kind as soon as there are any, none after *timeout* seconds."""
        with self._changed:
            self._changed.wait_for(lambda: self._updates, timeout)
            updates, self._updates = self._updates, {}
        return updates
