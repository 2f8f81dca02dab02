"""A document that was read: its blocks, before anything in them is known to be a question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crib.foreign.source_file import SourceFile
    from crib.importers.log import ImportLog
    from crib.importers.questions import Media
    from crib.model.elements import Elements


@dataclass(frozen=True)
class SourceDocument:
    """The blocks of a source file, and where what is left out is recorded.

    title     of the whole, empty if the format or the file has none
    language  its language tag, empty if unknown
    front     its front matter, as text
    inner     finds pictures inside the file itself, such as those of Word
    """

    source: SourceFile
    blocks: Elements
    log: ImportLog
    title: str = ""
    language: str = ""
    front: str = ""
    inner: Media | None = None

    def media(self, name: str) -> bytes | None:
        """Return the picture *name*: one in the file, or else one beside it."""
        found = self.inner(name) if self.inner else None
        return found if found is not None else self.source.picture(name)
