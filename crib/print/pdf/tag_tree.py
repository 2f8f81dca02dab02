"""A tag tree as data, and how it is written into a PDF (ISO 32000-1, 14.7)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pydyf  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

GROUPS = {"Document", "Sect", "Art", "Div", "BlockQuote", "Index", "TOCI"}
"""Tags that hold other tags, but no text."""
INLINE = {"Span", "Code", "Quote", "Link", "Reference", "Formula"}
"""Tags that stand in a line of text."""
CELLS = {"TH", "TD"}


@dataclass(frozen=True)
class TagContent:
    """What a tag holds on one page: marked content by its number, or a `pydyf` annotation."""

    page: int
    mark: int | None = None
    annotation: Any = None


@dataclass(eq=False)
class Tag:
    """A tag of an element; `entries` are those of its dictionary beside role, parent and kids."""

    role: str
    element: Any = None
    parent: Tag | None = None
    kids: list[Tag | TagContent] = field(default_factory=list)
    entries: dict[str, Any] = field(default_factory=dict)

    def add(self, role: str, element: Any, at: int | None = None) -> Tag:
        """Return a new tag among the kids: the last, if not *at* a place."""
        tag = Tag(role, element, self)
        self.kids.insert(len(self.kids) if at is None else at, tag)
        return tag

    def holder(self, block: Any) -> Tag:
        """Return what holds text of this tag: where it can hold none, a paragraph for the lines of *block*."""
        if self.role not in GROUPS:
            return self
        last = self.kids[-1] if self.kids else None
        if isinstance(last, Tag) and last.role == "P" and last.element is block:
            return last
        return self.add("P", block)

    @property
    def empty(self) -> bool:
        """Whether nothing in it is read. An empty cell is not: it keeps its row's others in their columns."""
        return self.role not in CELLS and all(isinstance(kid, Tag) and kid.empty for kid in self.kids)


def mark_artifacts(stream: Any, hidden: Mapping[int, str]) -> None:
    """Make artifacts of the marked content in *stream* that has the numbers of *hidden*, which gives their kinds."""
    for i, item in enumerate(stream.stream):
        if isinstance(item, pydyf.Dictionary) and item.get("MCID") in hidden:
            stream.stream[i - 1] = "/Artifact"
            stream.stream[i] = pydyf.Dictionary({"Type": f"/{hidden[item['MCID']]}"})


def write_tag_tree(root: Tag, pdf: Any) -> None:
    """Put the tree of *root* into a `pydyf.PDF` that has an empty one."""
    _Writing(pdf).write(root)


class _Writing:
    def __init__(self, pdf: Any) -> None:
        self._pdf = pdf
        self._pages = pdf.page_references
        self._owners: list[dict[int, bytes]] = [{} for _ in self._pages]
        self._links: list[bytes] = []
        self._named: dict[str, bytes] = {}

    def write(self, root: Tag) -> None:
        top = self._object(self._pdf.catalog["StructTreeRoot"])
        self._fill(self._object(top["K"][0]), root)
        rows = [*map(_row, self._owners), *self._links]
        self._object(top["ParentTree"])["Nums"] = pydyf.Array([part for pair in enumerate(rows) for part in pair])
        if self._named:
            names = [part for name in sorted(self._named) for part in (pydyf.String(name), self._named[name])]
            top["IDTree"] = pydyf.Dictionary({"Names": pydyf.Array(names)})

    def _object(self, reference: bytes) -> Any:
        return self._pdf.objects[int(reference.split()[0])]

    def _fill(self, element: Any, tag: Tag) -> None:
        element.update(tag.entries)
        if "ID" in tag.entries:
            self._named[tag.entries["ID"].string] = element.reference
        pages = [kid.page for kid in tag.kids if isinstance(kid, TagContent)]
        if pages:
            element["Pg"] = self._pages[pages[0]]
        element["K"] = pydyf.Array(self._kids(tag, element, pages))

    def _kids(self, tag: Tag, element: Any, pages: list[int]) -> Iterator[Any]:
        for kid in tag.kids:
            if isinstance(kid, TagContent):
                yield self._piece(kid, element, pages[0])
            elif not kid.empty:
                child = pydyf.Dictionary({"Type": "/StructElem", "S": f"/{kid.role}", "P": element.reference})
                self._pdf.add_object(child)
                self._fill(child, kid)
                yield child.reference

    def _piece(self, piece: TagContent, element: Any, page: int) -> Any:
        """Return what refers to *piece*; *page* is that of its tag."""
        place = {"Pg": self._pages[piece.page]}
        if piece.mark is None:
            piece.annotation["StructParent"] = len(self._pages) + len(self._links)
            self._links.append(element.reference)
            return pydyf.Dictionary({"Type": "/OBJR", "Obj": piece.annotation.reference, **place})
        self._owners[piece.page][piece.mark] = element.reference
        return piece.mark if piece.page == page else pydyf.Dictionary({"Type": "/MCR", "MCID": piece.mark, **place})


def _row(owners: Mapping[int, bytes]) -> pydyf.Array:
    """Return the tags of one page's marked content in the order of its numbers."""
    return pydyf.Array([owners.get(number, b"null") for number in range(max(owners, default=-1) + 1)])
