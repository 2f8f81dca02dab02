"""Tag PDFs as PDF/UA-1, with one tag for each HTML element, even across lines, columns and pages.

WeasyPrint 70.0 makes a tag of every box. The result validates, but reads badly: an element continued
on another line, column or page gets several tags (WeasyPrint#2903), anonymous boxes become paragraphs
in paragraphs, margin boxes are tagged but not part of the tree (WeasyPrint#1836), formulas are
figures, code and quotes are not tagged, table headers have no scope, and bounding boxes of pictures
are in pixels from the top. So this module builds its own tree, from the elements;
`crib.print.pdf.element_tags` makes the tag of each.

Depends on the boxes of a page, `Page._page_box`, and on `Stream._tags`, a map from drawn boxes to the
MCIDs of their marked content. The boxes of a page are removed after drawing, to leave nothing for
WeasyPrint to tag.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pydyf  # type: ignore[import-untyped]
from weasyprint.document import Page
from weasyprint.formatting_structure import boxes

from crib.print.pdf.element_tags import is_decoration, new_tag
from crib.print.pdf.tag_tree import GROUPS, Tag, TagContent, mark_artifacts, write_tag_tree
from crib.print.pdf.xmp import add_xmp

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    _Finisher = Callable[[Sequence["_Page"], Any], None]

_PSEUDO = {"marker", "footnote-call", "footnote-marker"}
"""Pseudo-elements with a tag of their own."""


class _Page(Page):  # type: ignore[misc]
    """A page that keeps its `box`, and the `marks` (MCIDs) of drawn boxes, from WeasyPrint's own tagging."""

    def __init__(self, page: Page) -> None:
        self.__dict__ |= vars(page)
        self.box: Any = page._page_box  # noqa: SLF001 - see the module
        self.stream: Any = None
        self.marks: dict[Any, int] = {}
        self.links: list[Any] = page.links

    def paint(self, stream: Any, scale: float = 1) -> None:
        super().paint(stream, scale)
        self.stream = stream
        self.marks = {box: mark["mcid"] for box, mark in stream._tags.items()}  # noqa: SLF001 - see the module
        stream._tags.clear()  # noqa: SLF001
        self._page_box: Any = self.box.copy_with_children([])


def write_tagged_pdf(document: Any, identifier: bytes) -> bytes:
    """Return a `weasyprint.Document` as a tagged PDF/UA-1."""
    pages = [_Page(page) for page in document.pages]
    return _write(document, pages, identifier)


def write_tagged_part(document: Any) -> bytes:
    """Return a `weasyprint.Document` as a part for `crib.print.pdf.merge_pdf`.

    It has no identifier: to compute one, pydyf would compress everything twice.
    """
    pages = [_Page(page) for page in document.pages]
    names = {name for page in pages for name in page.anchors}
    for page in pages:
        page.links = [_keep_link(link, names) for link in page.links]
    return _write(document, pages, None, _set_levels)


def _keep_link(link: tuple[Any, ...], names: set[str]) -> tuple[Any, ...]:
    """Return *link*, turned into an external one unless it leads to *names*: WeasyPrint drops broken internal links."""
    kind, target, *place = link
    return ("external", f"#{target}", *place) if kind == "internal" and target not in names else link


def _write(document: Any, pages: Sequence[_Page], identifier: bytes | None, *finishers: _Finisher) -> bytes:
    def finish(_: Any, pdf: Any) -> None:
        for finisher in (_tag, *finishers):
            finisher(pages, pdf)
        add_xmp(document.metadata, pdf)

    pdf: bytes = document.copy(pages).write_pdf(finisher=finish, pdf_variant="pdf/ua-1", pdf_identifier=identifier)
    return pdf


def _set_levels(pages: Sequence[_Page], pdf: Any) -> None:
    """Add a level to each bookmark, since its parent may be in an earlier part."""
    bookmarks = (
        item for item in pdf.objects if isinstance(item, pydyf.Dictionary) and {"Title", "Dest"} <= item.keys()
    )
    levels = (level for page in pages for level, *_ in page.bookmarks)
    for bookmark, level in zip(bookmarks, levels, strict=True):
        bookmark["Level"] = level


def _tag(pages: Sequence[_Page], pdf: Any) -> None:
    """Write the tag tree of *pages* in place of WeasyPrint's empty one."""
    tree = _TreeBuilder()
    for number, page in enumerate(pages):
        mark_artifacts(page.stream, tree.add_page(number, page))
    write_tag_tree(tree.root, pdf)


class _TreeBuilder:
    """Builds the tag tree of a document, page by page."""

    def __init__(self) -> None:
        self.root = Tag("Document")
        self._tags: dict[tuple[Any, str], Tag] = {}
        self._table_headers: dict[Any, Any] = {}

    def add_page(self, number: int, page: _Page) -> dict[int, str]:
        """Add the content of *page*, and return its artifacts: types by MCID."""
        self._number, self._page = number, page
        self._artifacts: dict[int, str] = {}
        for box in page.box.children:
            if isinstance(box, boxes.MarginBox):
                self._mark_artifact(box, "Pagination")
            else:
                self._add_box(box, self.root, None)
        return self._artifacts

    def _mark_artifact(self, box: Any, kind: str) -> None:
        for descendant in box.descendants(placeholders=True):
            if descendant in self._page.marks:
                self._artifacts[self._page.marks[descendant]] = kind

    def _add_box(self, box: Any, parent: Tag, block: Any) -> None:
        """Add *box* to the tag *parent*; *block* is the block element around it."""
        box = getattr(box, "_box", box)  # a placeholder of an absolutely positioned box
        if self._is_repeated(box):
            self._mark_artifact(box, "Pagination")
        elif is_decoration(box):
            self._mark_artifact(box, "Layout")
        else:
            if not isinstance(box, (boxes.InlineLevelBox, boxes.LineBox)):
                block = box.element
            tag = self._tag_of(box, parent, block)
            self._add_content(tag, box, block)
            for child in box.children:
                self._add_box(child, tag, block)

    def _is_repeated(self, box: Any) -> bool:
        """Return True if *box* repeats the header of a table in another column or on another page."""
        return getattr(box, "is_header", False) and self._table_headers.setdefault(box.element, box) is not box

    def _add_content(self, tag: Tag, box: Any, block: Any) -> None:
        if isinstance(box, boxes.ReplacedBox):
            tag.entries["A"] = _bounding_box(box, self._page)
        if box.link_annotation:
            tag.kids.append(TagContent(self._number, annotation=box.link_annotation))
        if box not in self._page.marks:
            return
        mark = self._page.marks[box]
        if tag.role in GROUPS and isinstance(box, boxes.TextBox) and not box.text.strip():
            self._artifacts[mark] = "Layout"  # whitespace between blocks
        else:
            tag.text_tag(block).kids.append(TagContent(self._number, mark))

    def _tag_of(self, box: Any, parent: Tag, block: Any) -> Tag:
        """Return the tag for the content of *box*."""
        element = box.element
        if element is None or element.tag in ("html", "body"):
            return parent
        _, _, pseudo = box.element_tag.partition("::")
        key = (element, pseudo if pseudo in _PSEUDO else "")
        if key not in self._tags:
            self._tags[key] = self._new(key, box, parent, block)
        return self._tags[key]

    def _new(self, key: tuple[Any, str], box: Any, parent: Tag, block: Any) -> Tag:
        element, pseudo = key
        match pseudo:
            case "marker" | "footnote-marker":
                item = parent.parent if parent.role == "LBody" and parent.parent else parent
                return item.add("Lbl", element, at=0)
            case "footnote-call":  # a note is read after its mark in the text, wherever it is printed
                text_tag = parent.text_tag(block)
                call = text_tag.add("Reference", element)
                self._tags[element, ""] = self._with_id(text_tag.add("Note", element))
                return call
        return self._with_id(new_tag(element, box, parent, block))

    def _with_id(self, tag: Tag) -> Tag:
        """Return *tag*, with an ID if it is a note, as PDF/UA-1 requires (ISO 14289-1, 7.9)."""
        if tag.role == "Note":
            tag.entries.setdefault("ID", pydyf.String(f"note-{len(self._tags)}"))
        return tag


def _bounding_box(box: Any, page: _Page) -> pydyf.Dictionary:
    """Return the layout attributes of a picture: its bounding box, in points from the lower left corner of *page*."""
    left, bottom = box.content_box_x(), page.height - box.content_box_y() - box.height
    corners = (left, bottom, left + box.width, bottom + box.height)
    return pydyf.Dictionary({"O": "/Layout", "BBox": pydyf.Array(round(0.75 * pixels, 2) for pixels in corners)})
