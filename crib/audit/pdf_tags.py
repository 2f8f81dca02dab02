"""The tag tree of a PDF, in reading order (ISO 32000-1, 14.7)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pikepdf

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, eq=False)
class PdfTag:
    """A structure element.

    page    its first page, counted from 1; 0 if it is on no page
    pieces  its marked content: page number, form on the page if any, and MCID
    links   its annotations
    """

    dictionary: Any
    role: str
    page: int
    kids: tuple[PdfTag, ...]
    pieces: tuple[tuple[int, tuple[int, int] | None, int], ...]
    links: tuple[Any, ...]


class TagTree:
    """The tags of a PDF."""

    def __init__(self, pdf: Any) -> None:
        """Wrap *pdf*, a `pikepdf.Pdf`; its tags are read on first use."""
        self.pdf = pdf
        self._numbers = {page.objgen: number for number, page in enumerate(pdf.pages, 1)}

    @cached_property
    def roots(self) -> list[PdfTag]:
        """The top-level tags."""
        root = self.pdf.Root.get("/StructTreeRoot")
        return [] if root is None else [self._tag(kid, 0) for kid in as_list(root.get("/K"))]

    @cached_property
    def tags(self) -> list[PdfTag]:
        """All tags, in reading order."""
        return [tag for root in self.roots for tag in self_and_descendants(root)]

    @cached_property
    def owners(self) -> dict[int, Any]:
        """The entries of the parent tree, by their numbers (ISO 32000-1, 14.7.4.4)."""
        root = self.pdf.Root.get("/StructTreeRoot")
        return {} if root is None or "/ParentTree" not in root else dict(pikepdf.NumberTree(root.ParentTree))

    def _tag(self, dictionary: Any, page: int) -> PdfTag:
        page = self._numbers.get(dictionary.Pg.objgen, 0) if "/Pg" in dictionary else page
        kids, pieces, links = [], [], []
        for kid in as_list(dictionary.get("/K")):
            if isinstance(kid, int):
                pieces.append((page, None, kid))
            elif kid.get("/Type") == "/MCR":
                number = self._numbers.get(kid.Pg.objgen, 0) if "/Pg" in kid else page
                pieces.append((number, kid.Stm.objgen if "/Stm" in kid else None, int(kid.MCID)))
            elif kid.get("/Type") == "/OBJR":
                links.append(kid.Obj)
            else:
                kids.append(self._tag(kid, page))
        first = page or next((kid.page for kid in kids if kid.page), 0)
        return PdfTag(dictionary, str(dictionary.get("/S", ""))[1:], first, tuple(kids), tuple(pieces), tuple(links))


def as_list(value: Any) -> list[Any]:
    """Return *value*, a single object or an array in PDF, as a list; an empty one for None."""
    if value is None:
        return []
    return list(value) if isinstance(value, (pikepdf.Array, list)) else [value]


def self_and_descendants(tag: PdfTag) -> Iterator[PdfTag]:
    """Yield *tag*, then all tags below it, in reading order."""
    yield tag
    for kid in tag.kids:
        yield from self_and_descendants(kid)
