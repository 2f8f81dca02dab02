"""The tag tree of a PDF: its data structure, and writing it (ISO 32000-1, 14.7)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pydyf  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

GROUPS = {"Document", "Sect", "Art", "Div", "BlockQuote", "Index", "TOCI"}
"""Tags for other tags, without text of their own."""
INLINE = {"Span", "Code", "Quote", "Link", "Reference", "Formula"}
"""Tags inside a line of text."""
CELLS = {"TH", "TD"}


@dataclass(frozen=True)
class TagContent:
    """Content of a tag on one page: marked content by its MCID, or an annotation of `pydyf`."""

    page: int
    mark: int | None = None
    annotation: Any = None


@dataclass(eq=False)
class Tag:
    """The tag of an element; `entries` are further keys of its dictionary, such as `Alt`."""

    role: str
    element: Any = None
    parent: Tag | None = None
    kids: list[Tag | TagContent] = field(default_factory=list)
    entries: dict[str, Any] = field(default_factory=dict)

    def add(self, role: str, element: Any, at: int | None = None) -> Tag:
        """Add a tag to the kids, at index *at* or as the last, and return it."""
        tag = Tag(role, element, self)
        self.kids.insert(len(self.kids) if at is None else at, tag)
        return tag

    def text_tag(self, block: Any) -> Tag:
        """Return the tag for text in *block*: this one, or a paragraph in it if it cannot contain text."""
        if self.role not in GROUPS:
            return self
        last = self.kids[-1] if self.kids else None
        if isinstance(last, Tag) and last.role == "P" and last.element is block:
            return last
        return self.add("P", block)

    @property
    def empty(self) -> bool:
        """True if the tag has no content. Empty cells count as content: they keep other cells in their columns."""
        return self.role not in CELLS and all(isinstance(kid, Tag) and kid.empty for kid in self.kids)


def mark_artifacts(stream: Any, artifacts: Mapping[int, str]) -> None:
    """Turn marked content of *stream* into artifacts; *artifacts* maps MCIDs to types (ISO 32000-1, 14.8.2.2)."""
    for i, item in enumerate(stream.stream):
        if isinstance(item, pydyf.Dictionary) and item.get("MCID") in artifacts:
            stream.stream[i - 1] = "/Artifact"
            stream.stream[i] = pydyf.Dictionary({"Type": f"/{artifacts[item['MCID']]}"})


def write_tag_tree(root: Tag, pdf: Any) -> None:
    """Write the tree of *root* into a `pydyf.PDF` with an empty tree."""
    _TreeWriter(pdf).write(root)


class _TreeWriter:
    def __init__(self, pdf: Any) -> None:
        self._pdf = pdf
        self._pages = pdf.page_references
        self._tags_by_mark: list[dict[int, bytes]] = [{} for _ in self._pages]
        self._links: list[bytes] = []
        self._ids: dict[str, bytes] = {}

    def write(self, root: Tag) -> None:
        top = self._object(self._pdf.catalog["StructTreeRoot"])
        self._fill(self._object(top["K"][0]), root)
        owners = [*map(_page_owners, self._tags_by_mark), *self._links]
        self._object(top["ParentTree"])["Nums"] = pydyf.Array([item for pair in enumerate(owners) for item in pair])
        if self._ids:
            names = [item for name in sorted(self._ids) for item in (pydyf.String(name), self._ids[name])]
            top["IDTree"] = pydyf.Dictionary({"Names": pydyf.Array(names)})

    def _object(self, reference: bytes) -> Any:
        return self._pdf.objects[int(reference.split()[0])]

    def _fill(self, element: Any, tag: Tag) -> None:
        element.update(tag.entries)
        if "ID" in tag.entries:
            self._ids[tag.entries["ID"].string] = element.reference
        pages = [kid.page for kid in tag.kids if isinstance(kid, TagContent)]
        if pages:
            element["Pg"] = self._pages[pages[0]]
        element["K"] = pydyf.Array(self._kids(tag, element, pages))

    def _kids(self, tag: Tag, element: Any, pages: list[int]) -> Iterator[Any]:
        for kid in tag.kids:
            if isinstance(kid, TagContent):
                yield self._content(kid, element, pages[0])
            elif not kid.empty:
                child = pydyf.Dictionary({"Type": "/StructElem", "S": f"/{kid.role}", "P": element.reference})
                self._pdf.add_object(child)
                self._fill(child, kid)
                yield child.reference

    def _content(self, content: TagContent, element: Any, page: int) -> Any:
        """Return the kid entry for *content* of a tag on *page*."""
        place = {"Pg": self._pages[content.page]}
        if content.mark is None:
            content.annotation["StructParent"] = len(self._pages) + len(self._links)
            self._links.append(element.reference)
            return pydyf.Dictionary({"Type": "/OBJR", "Obj": content.annotation.reference, **place})
        self._tags_by_mark[content.page][content.mark] = element.reference
        return (
            content.mark if content.page == page else pydyf.Dictionary({"Type": "/MCR", "MCID": content.mark, **place})
        )


def _page_owners(owners: Mapping[int, bytes]) -> pydyf.Array:
    """Return the parent tree's entry for a page: the tags of its marked content, in order of MCIDs."""
    return pydyf.Array([owners.get(number, b"null") for number in range(max(owners, default=-1) + 1)])
