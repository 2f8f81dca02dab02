"""A source document as blocks, before questions are recognized in it."""

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
    """The blocks of a source file, and the log of omissions.

    title     the title; may be empty
    language  the language tag; may be empty
    front     the front matter as text
    inner     finds pictures inside the file itself, such as in Word documents
    """

    source: SourceFile
    blocks: Elements
    log: ImportLog
    title: str = ""
    language: str = ""
    front: str = ""
    inner: Media | None = None

    def media(self, name: str) -> bytes | None:
        """Return the picture *name* inside the file, or else beside it."""
        picture = self.inner(name) if self.inner else None
        return picture if picture is not None else self.source.picture(name)
