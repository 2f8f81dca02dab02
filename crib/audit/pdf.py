"""What can be checked of a PDF's accessibility without people and validators, by its tag tree.

The rules are those of PDF/UA-1 (ISO 14289-1) and of the standard tags (ISO 32000-1, 14.8) that a
machine can decide; they know nothing of how our PDFs are made.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pikepdf

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NOT_VALIDATED = """\
Not validated: all that these checks do not know of PDF/UA-1 (no veraPDF or PAC has read the files),
and all that only people can tell: whether the order of reading makes sense, and whether the words
for a picture say what it shows. Formulas are read as TeX. Colors and contrast are not looked at."""

_HEADING = re.compile(r"H[1-6]")
_TEXT = {"P", "H1", "H2", "H3", "H4", "H5", "H6", "Lbl", "Caption", "Span", "Code", "Quote", "Link", "Reference"}
_TEXT |= {"Figure", "Formula", "Note", "LBody", "TH", "TD"}
"""Tags that may hold text itself."""
_LINES = {"P", "H1", "H2", "H3", "H4", "H5", "H6", "Span", "Code", "Quote", "Reference", "Lbl"}
_BLOCKS = {"P", "H1", "H2", "H3", "H4", "H5", "H6", "L", "Table", "TOC", "Sect", "Art", "Div", "BlockQuote"}
"""No block stands in a line."""
_ROWS = {"TR"}
_KIDS = {
    "Table": {"Caption", "THead", "TBody", "TFoot", *_ROWS},
    "THead": _ROWS,
    "TBody": _ROWS,
    "TFoot": _ROWS,
    "TR": {"TH", "TD"},
    "L": {"Caption", "L", "LI"},
    "LI": {"Lbl", "LBody"},
    "TOC": {"Caption", "TOC", "TOCI"},
    "TOCI": {"Lbl", "NonStruct", "P", "Reference", "TOC"},
}
"""What tags with an order of their own may hold; most of it may stand nowhere else."""
_HOME = {"TR": {"Table", "THead", "TBody", "TFoot"}, "LI": {"L"}, "TOCI": {"TOC"}, "LBody": {"LI"}} | {
    name: {"TR"} for name in ("TH", "TD")
}
_STANDARD = _TEXT | _BLOCKS | set(_KIDS) | {"Document", "Part", "Index", "Annot", "Form", "BibEntry", "Ruby", "Warichu"}
_PAINTS = {"S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "sh", "Do", "Tj", "TJ", "'", '"', "EI"}
_EMPTY = {"TD", "TH"}


@dataclass(frozen=True)
class PdfFinding:
    """Something wrong on a page, counted from 1; 0 is the PDF as a whole."""

    page: int
    text: str

    def __str__(self) -> str:
        """Return it in a line."""
        return f"page {self.page}: {self.text}" if self.page else self.text


@dataclass(frozen=True)
class PdfAudit:
    """What was found in a PDF of so many `pages`; `tags` counts what was looked at."""

    pages: int
    tags: Counter[str]
    findings: tuple[PdfFinding, ...]

    def __str__(self) -> str:
        """Return what there is in a line, and the findings in lines of their own."""
        headings = sum(count for tag, count in self.tags.items() if _HEADING.fullmatch(tag))
        kinds = (("Table", "tables"), ("Figure", "figures"), ("Formula", "formulas"), ("Link", "links"))
        counts = [f"{self.pages} pages", f"{headings} headings", *(f"{self.tags[tag]} {name}" for tag, name in kinds)]
        told = f"{len(self.findings)} findings" if self.findings else "no findings"
        return "\n".join([f"{told} ({', '.join(counts)})", *(f"  {finding}" for finding in self.findings)])


def audit_pdf(data: bytes) -> PdfAudit:
    """Return what is wrong with a PDF."""
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            reading = _Reading(pdf)
            tags = Counter(tag.role for tag in reading.tags)
            findings = sorted(
                {finding for check in _CHECKS for finding in check(reading)}, key=lambda f: (f.page, f.text)
            )
            return PdfAudit(len(pdf.pages), tags, tuple(findings))
    except pikepdf.PdfError as error:
        return PdfAudit(0, Counter(), (PdfFinding(0, f"it cannot be read: {error}"),))


@dataclass(frozen=True, eq=False)
class _Tag:
    """A tag; `pieces` are the pages and numbers of marked content, `links` the annotations in it."""

    dictionary: Any
    role: str
    page: int
    kids: tuple[_Tag, ...]
    pieces: tuple[tuple[int, int], ...]
    links: tuple[Any, ...]


class _Reading:
    """A PDF and its tags, in the order of reading."""

    def __init__(self, pdf: Any) -> None:
        self.pdf = pdf
        self._numbers = {page.objgen: number for number, page in enumerate(pdf.pages, 1)}

    @cached_property
    def roots(self) -> list[_Tag]:
        root = self.pdf.Root.get("/StructTreeRoot")
        return [] if root is None else [self._tag(kid, 0) for kid in _list(root.get("/K"))]

    @cached_property
    def tags(self) -> list[_Tag]:
        return [tag for root in self.roots for tag in _below(root)]

    @cached_property
    def owners(self) -> dict[int, Any]:
        """What the parent tree has for each number."""
        root = self.pdf.Root.get("/StructTreeRoot")
        return {} if root is None or "/ParentTree" not in root else dict(pikepdf.NumberTree(root.ParentTree))

    def _tag(self, dictionary: Any, page: int) -> _Tag:
        page = self._numbers.get(dictionary.Pg.objgen, 0) if "/Pg" in dictionary else page
        kids, pieces, links = [], [], []
        for kid in _list(dictionary.get("/K")):
            if isinstance(kid, int):
                pieces.append((page, kid))
            elif kid.get("/Type") == "/MCR":
                pieces.append((self._numbers.get(kid.Pg.objgen, 0) if "/Pg" in kid else page, int(kid.MCID)))
            elif kid.get("/Type") == "/OBJR":
                links.append(kid.Obj)
            else:
                kids.append(self._tag(kid, page))
        first = page or next((kid.page for kid in kids if kid.page), 0)
        return _Tag(dictionary, str(dictionary.get("/S", ""))[1:], first, tuple(kids), tuple(pieces), tuple(links))


def _list(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, (pikepdf.Array, list)) else [value]


def _below(tag: _Tag) -> Iterator[_Tag]:
    yield tag
    for kid in tag.kids:
        yield from _below(kid)


def _document(reading: _Reading) -> Iterator[PdfFinding]:
    root = reading.pdf.Root
    with reading.pdf.open_metadata() as metadata:
        if not metadata.get("dc:title"):
            yield PdfFinding(0, "no title")
        if metadata.get("pdfuaid:part") != "1":
            yield PdfFinding(0, "it does not say that it is PDF/UA-1")
    if not str(root.get("/Lang", "")):
        yield PdfFinding(0, "no language")
    if not root.get("/MarkInfo", {}).get("/Marked"):
        yield PdfFinding(0, "it does not say that it is tagged")
    if not root.get("/ViewerPreferences", {}).get("/DisplayDocTitle"):
        yield PdfFinding(0, "readers show its file name instead of its title")
    if "/Outlines" not in root:
        yield PdfFinding(0, "no bookmarks")
    if not reading.tags:
        yield PdfFinding(0, "no tags")


def _fonts(reading: _Reading) -> Iterator[PdfFinding]:
    for item in reading.pdf.objects:
        if not isinstance(item, pikepdf.Dictionary):
            continue
        if item.get("/Type") == "/FontDescriptor" and not {"/FontFile", "/FontFile2", "/FontFile3"} & set(item.keys()):
            yield PdfFinding(0, f"the font {item.get('/FontName')} is not embedded")
        if item.get("/Subtype") in ("/Type0", "/TrueType", "/Type1", "/Type3") and "/ToUnicode" not in item:
            yield PdfFinding(0, f"the font {item.get('/BaseFont')} does not say which characters it shows")


def _headings(reading: _Reading) -> Iterator[PdfFinding]:
    headings = [tag for tag in reading.tags if _HEADING.fullmatch(tag.role)]
    if headings and headings[0].role != "H1":
        yield PdfFinding(headings[0].page, f"the first heading is an {headings[0].role}")
    for before, after in pairwise(headings):
        if int(after.role[1]) > int(before.role[1]) + 1:
            yield PdfFinding(after.page, f"an {after.role} follows an {before.role}")


def _roles(reading: _Reading) -> Iterator[PdfFinding]:
    for tag in reading.tags:
        if tag.role not in _STANDARD:
            yield PdfFinding(tag.page, f"{tag.role or 'nothing'} is not the name of a tag that says what it holds")
        if not (tag.kids or tag.pieces or tag.links or tag.role in _EMPTY):
            yield PdfFinding(tag.page, f"an empty {tag.role}")
        if tag.pieces and tag.role in _STANDARD - _TEXT:
            yield PdfFinding(tag.page, f"text in {tag.role} itself")
        for kid in tag.kids:
            known = kid.role in _STANDARD
            if known and (
                kid.role not in _KIDS.get(tag.role, {kid.role}) or tag.role not in _HOME.get(kid.role, {tag.role})
            ):
                yield PdfFinding(kid.page, f"{kid.role} in {tag.role}")
            if tag.role in _LINES and kid.role in _BLOCKS:
                yield PdfFinding(kid.page, f"{kid.role} in {tag.role}")


def _alternatives(reading: _Reading) -> Iterator[PdfFinding]:
    for tag in reading.tags:
        if tag.role in ("Figure", "Formula") and not str(tag.dictionary.get("/Alt", "")).strip():
            yield PdfFinding(tag.page, f"a {tag.role} without alternative text")


def _notes(reading: _Reading) -> Iterator[PdfFinding]:
    names = Counter(str(tag.dictionary.get("/ID", "")) for tag in reading.tags if tag.role == "Note")
    for tag in reading.tags:
        if tag.role == "Note" and (not (name := str(tag.dictionary.get("/ID", ""))) or names[name] > 1):
            yield PdfFinding(tag.page, "a Note without a name of its own")


def _tables(reading: _Reading) -> Iterator[PdfFinding]:
    for tag in reading.tags:
        if tag.role == "TH" and _attribute(tag, "/Scope") is None:
            yield PdfFinding(tag.page, "a TH without a scope")
        if tag.role == "Table":
            tags = list(_below(tag))
            if not any(each.role == "TH" for each in tags):
                yield PdfFinding(tag.page, "a Table without a TH")
            if len(set(_widths([each for each in tags if each.role == "TR"]))) > 1:
                yield PdfFinding(tag.page, "a Table whose rows are not equally long")


def _widths(rows: list[_Tag]) -> Iterator[int]:
    """Yield how many columns each row of a table takes."""
    reaching: list[int] = []  # how many rows more each cell reaches down, a column each
    for row in rows:
        taken = sum(1 for rest in reaching if rest)
        reaching = [rest - 1 for rest in reaching if rest > 1]
        for cell in row.kids:
            columns = int(_attribute(cell, "/ColSpan") or 1)
            taken += columns
            reaching += [int(_attribute(cell, "/RowSpan") or 1) - 1] * columns
        yield taken


def _attribute(tag: _Tag, name: str) -> Any:
    return next((each[name] for each in _list(tag.dictionary.get("/A")) if name in each), None)


def _links(reading: _Reading) -> Iterator[PdfFinding]:
    for tag in reading.tags:
        if tag.role == "Link" and not tag.links:
            yield PdfFinding(tag.page, "a Link that leads nowhere")
    tagged = {link.objgen: tag for tag in reading.tags if tag.role == "Link" for link in tag.links}
    for number, page in enumerate(reading.pdf.pages, 1):
        for link in (each for each in _list(page.get("/Annots")) if each.get("/Subtype") == "/Link"):
            if not str(link.get("/Contents", "")):
                yield PdfFinding(number, "a link that does not say where it leads")
            holder = tagged.get(link.objgen)
            if holder is None:
                yield PdfFinding(number, "a link that is not tagged")
            elif not _is_same(reading.owners.get(int(link.get("/StructParent", -1))), holder):
                yield PdfFinding(number, "a link that does not know its tag")


def _is_same(owner: Any, tag: _Tag) -> bool:
    return owner is not None and owner.objgen == tag.dictionary.objgen


def _pages(reading: _Reading) -> Iterator[PdfFinding]:
    tagged = Counter(piece for tag in reading.tags for piece in tag.pieces)
    owners = {piece: tag for tag in reading.tags for piece in tag.pieces}
    for number, page in enumerate(reading.pdf.pages, 1):
        if page.get("/Tabs") != "/S":
            yield PdfFinding(number, "its links are not in the order of its tags")
        marks: list[int] = []
        yield from (PdfFinding(number, text) for text in _content(page, marks))
        row = _list(reading.owners.get(int(page.get("/StructParents", -1))))
        for mark in marks:
            if not tagged[number, mark]:
                yield PdfFinding(number, "something is marked, but neither in a tag nor an artifact")
            elif mark >= len(row) or not _is_same(row[mark], owners[number, mark]):
                yield PdfFinding(number, "something is marked that does not know its tag")
        for (where, mark), count in tagged.items():
            if where == number and mark not in marks:
                yield PdfFinding(number, "a tag holds what is not on the page")
            if where == number and count > 1:
                yield PdfFinding(number, "something is in two tags")


def _content(page: Any, marks: list[int]) -> Iterator[str]:
    """Yield what is wrong with the content of *page*; gather its *marks*."""
    open_: list[str] = []
    for operands, operator in pikepdf.parse_content_stream(page):
        name = str(operator)
        if name in ("BMC", "BDC"):
            kind = _kind(name, operands, marks)
            if kind and set(open_) - {"", kind}:
                yield "an artifact in a tag, or a tag in an artifact"
            open_.append(kind)
        elif name == "EMC":
            open_.pop()
        elif name in _PAINTS and not any(open_):
            yield "something is drawn that is neither in a tag nor an artifact"


def _kind(operator: str, operands: Any, marks: list[int]) -> str:
    if str(operands[0]) == "/Artifact":
        return "artifact"
    if operator == "BDC" and isinstance(operands[1], pikepdf.Dictionary) and "/MCID" in operands[1]:
        marks.append(int(operands[1].MCID))
        return "tag"
    return ""


_CHECKS: tuple[Callable[[_Reading], Iterator[PdfFinding]], ...] = (
    _document,
    _fonts,
    _headings,
    _roles,
    _alternatives,
    _notes,
    _tables,
    _links,
    _pages,
)
