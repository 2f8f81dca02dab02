"""PDF/UA-1 with a tag tree of our own: one tag an element, wherever its boxes came to lie.

WeasyPrint 70.0 makes a tag of every box, for validators more than for readers. That leaves an
element that goes on in another line, column or page in as many tags (WeasyPrint#2903), a paragraph
in a paragraph where it adds boxes of its own, what stands in margins tagged but in no tree
(WeasyPrint#1836), formulas as figures, code and quoted words as nothing, tables' header cells
without a scope, and pictures' places in pixels from the top. So here the tree follows the elements.

Templates say what HTML has no element for:

- `aria-hidden="true"`, or a picture's empty `alt`: decoration, which nobody reads aloud;
- `aria-label` on a `<span>`: what is read instead of its text;
- `role`: `doc-toc` on a list, `doc-index`, `doc-noteref`, `doc-footnote` (ARIA's names).

Of WeasyPrint this leans on the boxes of a page, `Page._page_box`, and on what drawing them notes:
`Stream._tags`, the number of each marked piece of content by the box that it is of. A page that is
drawn loses its boxes here, so that WeasyPrint itself has nothing left to tag.
"""

from __future__ import annotations

from logging import getLogger
from typing import TYPE_CHECKING, Any

import pydyf  # type: ignore[import-untyped]
from weasyprint.document import Page
from weasyprint.formatting_structure import boxes

from crib.print.pdf.tag_tree import CELLS, GROUPS, INLINE, Tag, TagContent, mark_artifacts, write_tag_tree

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    _Finisher = Callable[[Sequence["_Page"], Any], None]

_PSEUDO = {"marker", "footnote-call", "footnote-marker"}
"""What is around an element with a tag of its own."""
_SVG = "{http://www.w3.org/2000/svg}"

_ELEMENTS = {
    "P": "p pre",
    "Code": "code",
    "Quote": "q",
    "BlockQuote": "blockquote",
    "Sect": "section",
    "Art": "article",
    "Div": "figure",
    "L": "ul ol dl",
    "Lbl": "dt",
    "LBody": "dd",
    "Table": "table",
    "Caption": "caption figcaption",
    "THead": "thead",
    "TBody": "tbody",
    "TFoot": "tfoot",
}
_ROLES = {name: role for role, names in _ELEMENTS.items() for name in names.split()} | {
    name: name.upper() for name in ("h1", "h2", "h3", "h4", "h5", "h6", "tr", "th", "td")
}
"""Tags of elements (ISO 32000-1, 14.8.4); others lend what they hold to the tag around them.

A figure is a division of a picture and its caption: the alternative text of a tag stands for all
that is in it, and would hide the caption.
"""
_ARIA = {"doc-toc": "TOC", "doc-index": "Index", "doc-noteref": "Reference", "doc-footnote": "Note"}
_NUMBERINGS = {
    name: "".join(map(str.title, name.split("-")))
    for name in ("decimal", "lower-alpha", "upper-alpha", "lower-roman", "upper-roman", "disc", "circle", "square")
}


class _Page(Page):  # type: ignore[misc]
    """A page that keeps what WeasyPrint would tag: its `box`, and the `marks` of drawn boxes."""

    def __init__(self, page: Page) -> None:
        self.__dict__ |= vars(page)
        self.box: Any = page._page_box  # noqa: SLF001 - see above
        self.stream: Any = None
        self.marks: dict[Any, int] = {}
        self.links: list[Any] = page.links

    def paint(self, stream: Any, scale: float = 1) -> None:
        super().paint(stream, scale)
        self.stream = stream
        self.marks = {box: mark["mcid"] for box, mark in stream._tags.items()}  # noqa: SLF001 - see above
        stream._tags.clear()  # noqa: SLF001
        self._page_box: Any = self.box.copy_with_children([])


def write_tagged_pdf(document: Any, identifier: bytes) -> bytes:
    """Return a `weasyprint.Document` as a tagged PDF/UA-1."""
    pages = [_Page(page) for page in document.pages]
    return _write(document, pages, identifier)


def write_tagged_part(document: Any, identifier: bytes) -> bytes:
    """Return a `weasyprint.Document` as a part for `crib.print.pdf.merge_pdf`."""
    pages = [_Page(page) for page in document.pages]
    names = {name for page in pages for name in page.anchors}
    for page in pages:
        page.links = [_kept(link, names) for link in page.links]
    return _write(document, pages, identifier, _set_levels)


def _kept(link: tuple[Any, ...], names: set[str]) -> tuple[Any, ...]:
    """Return *link* so that WeasyPrint keeps it, though it may lead to none of *names*."""
    kind, target, *place = link
    return ("external", f"#{target}", *place) if kind == "internal" and target not in names else link


def _write(document: Any, pages: Sequence[_Page], identifier: bytes, *finishers: _Finisher) -> bytes:
    def finish(_: Any, pdf: Any) -> None:
        for finisher in (_tag, *finishers):
            finisher(pages, pdf)

    pdf: bytes = document.copy(pages).write_pdf(finisher=finish, pdf_variant="pdf/ua-1", pdf_identifier=identifier)
    return pdf


def _set_levels(pages: Sequence[_Page], pdf: Any) -> None:
    """Put its level into each bookmark: those below another may stand in a part before."""
    bookmarks = (
        each for each in pdf.objects if isinstance(each, pydyf.Dictionary) and {"Title", "Dest"} <= each.keys()
    )
    levels = (level for page in pages for level, *_ in page.bookmarks)
    for bookmark, level in zip(bookmarks, levels, strict=True):
        bookmark["Level"] = level


def _tag(pages: Sequence[_Page], pdf: Any) -> None:
    """Put the tree of *pages* where WeasyPrint has left an empty one."""
    tree = _Tree()
    for number, page in enumerate(pages):
        mark_artifacts(page.stream, tree.read(number, page))
    write_tag_tree(tree.root, pdf)


class _Tree:
    """The tags of a document, found page by page."""

    def __init__(self) -> None:
        self.root = Tag("Document")
        self._tags: dict[tuple[Any, str], Tag] = {}
        self._heads: dict[Any, Any] = {}
        self._around: dict[Any, Any] = {}

    def read(self, number: int, page: _Page) -> dict[int, str]:
        """Add what is on *page*; return the marked content there that nobody reads, with its kind."""
        self._number, self._page = number, page
        self._hidden: dict[int, str] = {}
        for box in page.box.children:
            if isinstance(box, boxes.MarginBox):
                self._hide(box, "Pagination")
            else:
                self._read(box, self.root, None)
        return self._hidden

    def _hide(self, box: Any, kind: str) -> None:
        for each in box.descendants(placeholders=True):
            if each in self._page.marks:
                self._hidden[self._page.marks[each]] = kind

    def _read(self, box: Any, parent: Tag, block: Any) -> None:
        """Add *box* to *parent*; *block* is the element whose lines it is in."""
        box = getattr(box, "_box", box)  # absolutely positioned: what keeps its place stands for it
        if self._is_repeated(box):
            self._hide(box, "Pagination")
        elif _is_decoration(box):
            self._hide(box, "Layout")
        else:
            if not isinstance(box, (boxes.InlineLevelBox, boxes.LineBox)):
                block = box.element
            tag = self._tag_of(box, parent, block)
            self._fill(tag, box, block)
            for child in box.children:
                self._read(child, tag, block)

    def _is_repeated(self, box: Any) -> bool:
        """Tell whether *box* is the head of a table once more, in another column or on another page."""
        return getattr(box, "is_header", False) and self._heads.setdefault(box.element, box) is not box

    def _fill(self, tag: Tag, box: Any, block: Any) -> None:
        if isinstance(box, boxes.ReplacedBox):
            tag.entries["A"] = _place(box, self._page)
        if box.link_annotation:
            tag.kids.append(TagContent(self._number, annotation=box.link_annotation))
        if box not in self._page.marks:
            return
        mark = self._page.marks[box]
        if tag.role in GROUPS and isinstance(box, boxes.TextBox) and not box.text.strip():
            self._hidden[mark] = "Layout"  # space between blocks
        else:
            tag.holder(block).kids.append(TagContent(self._number, mark))

    def _tag_of(self, box: Any, parent: Tag, block: Any) -> Tag:
        """Return the tag that what is in *box* belongs to."""
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
            case "footnote-call":  # a note is read where it is called, wherever it is printed
                holder = parent.holder(block)
                call = holder.add("Reference", element)
                self._tags[element, ""] = self._noted(holder.add("Note", element))
                return call
        return self._noted(_new_tag(element, box, parent, block))

    def _noted(self, tag: Tag) -> Tag:
        """Return *tag*, with a name if it is a note, as PDF/UA-1 demands (ISO 14289-1, 7.9)."""
        if tag.role == "Note":
            tag.entries.setdefault("ID", pydyf.String(f"note-{len(self._tags)}"))
        return tag


def _new_tag(element: Any, box: Any, parent: Tag, block: Any) -> Tag:
    """Return the tag of *element*, which is *parent* itself if it has none of its own."""
    role = _role(element, box, parent)
    match role:
        case "":
            return parent
        case "LI":
            numbering = _NUMBERINGS.get(box.style["list_style_type"], "None")
            parent.entries["A"] = pydyf.Dictionary({"O": "/List", "ListNumbering": f"/{numbering}"})
            return parent.add("LI", element).add("LBody", element)
        case "Lbl":
            return parent.add("LI", element).add("Lbl", element)
        case "LBody":
            last = parent.kids[-1] if parent.kids else None
            item = last if isinstance(last, Tag) and last.role == "LI" else parent.add("LI", element)
            return item.add("LBody", element)
        case "Link" if parent.role == "TOCI":
            return parent.add("Reference", element).add("Link", element)
    inline = role in INLINE and isinstance(box, boxes.InlineLevelBox)
    tag = (parent.holder(block) if inline else parent).add(role, element)
    tag.entries |= _entries(role, element, box)
    return tag


def _role(element: Any, box: Any, parent: Tag) -> str:
    """Return the tag for *element*; nothing if it has none of its own."""
    if isinstance(box, boxes.ReplacedBox):
        return "Formula" if "math" in element.get("class", "").split() else "Figure"
    match element.tag:
        case "a" if box.link_annotation:
            return "Link"
        case "ol" | "ul" if parent.role == "TOCI":
            return "TOC"
        case "li":
            return "TOCI" if parent.role == "TOC" else "LI"
        case "span" if element.get("aria-label") or element.get("lang"):
            return "Span"
    return _ARIA.get(element.get("role", ""), _ROLES.get(element.tag, ""))


def _entries(role: str, element: Any, box: Any) -> dict[str, Any]:
    """Return what the tag of *element* says beside its role."""
    entries: dict[str, Any] = {}
    if language := element.get("lang"):
        entries["Lang"] = pydyf.String(language)
    if label := _label(element):
        entries["Alt"] = pydyf.String(label)
    elif role in ("Figure", "Formula"):
        getLogger("weasyprint").error("Image %r has no alternative text", element.get("src", element.tag))
    if role in CELLS and (cell := _cell(role, element, box)):
        entries["A"] = pydyf.Dictionary({"O": "/Table", **cell})
    return entries


def _place(box: Any, page: _Page) -> pydyf.Dictionary:
    """Return where a picture is, in points from the lower left corner of *page*."""
    left, bottom = box.content_box_x(), page.height - box.content_box_y() - box.height
    corners = (left, bottom, left + box.width, bottom + box.height)
    return pydyf.Dictionary({"O": "/Layout", "BBox": pydyf.Array(round(0.75 * each, 2) for each in corners)})


def _cell(role: str, element: Any, box: Any) -> dict[str, Any]:
    """Return how far a cell of a table goes, and what it is the head of."""
    spans = {name: span for name, span in (("ColSpan", box.colspan), ("RowSpan", box.rowspan)) if span != 1}
    scope = {"Scope": "/Row" if element.get("scope") == "row" else "/Column"} if role == "TH" else {}
    return scope | spans


def _label(element: Any) -> str:
    """Return what stands for *element* where it cannot be seen."""
    title = element.find(f"{_SVG}title")
    return element.get("aria-label") or element.get("alt") or (title is not None and title.text) or ""


def _is_decoration(box: Any) -> bool:
    element = box.element
    return element is not None and (
        element.get("aria-hidden") == "true" or (isinstance(box, boxes.ReplacedBox) and element.get("alt") == "")
    )
