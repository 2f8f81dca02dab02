"""Accessibility audit of a PDF: metadata, tag tree, fonts and marked content.

It checks the machine-checkable rules of PDF/UA-1 (ISO 14289-1) and of the standard structure types (ISO
32000-1, 14.8), in a PDF of any producer.
"""

from __future__ import annotations

import io
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pikepdf

from crib.audit.pdf_tags import TagTree, as_list, self_and_descendants

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterator, Mapping

    from crib.audit.pdf_tags import PdfTag

    _Holders = defaultdict[tuple[int, tuple[int, int] | None], dict[int, list[PdfTag]]]
    """Tags by page, form on the page if any, and MCID."""

NOT_VALIDATED = """\
Not validated: the rest of PDF/UA-1 (neither veraPDF nor PAC has read the files), and everything that
only people can judge: whether the reading order makes sense, and whether alternative texts describe
their pictures. Formulas are read as TeX. Colors and contrast are not checked."""

_HEADING = re.compile(r"H[1-6]")
_TEXT = {"P", "H1", "H2", "H3", "H4", "H5", "H6", "Lbl", "Caption", "Span", "Code", "Quote", "Link", "Reference"}
_TEXT |= {"Figure", "Formula", "Note", "LBody", "TH", "TD"}
"""Tags with text of their own."""
_LINES = {"P", "H1", "H2", "H3", "H4", "H5", "H6", "Span", "Code", "Quote", "Reference", "Lbl"}
_BLOCKS = {"P", "H1", "H2", "H3", "H4", "H5", "H6", "L", "Table", "TOC", "Sect", "Art", "Div", "BlockQuote"}
"""Block tags, not allowed inside a line of text."""
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
"""The allowed kids of tags of tables, lists and tables of contents."""
_PARENTS = {"TR": {"Table", "THead", "TBody", "TFoot"}, "LI": {"L"}, "TOCI": {"TOC"}, "LBody": {"LI"}} | {
    name: {"TR"} for name in ("TH", "TD")
}
"""The allowed parents of parts of tables, lists and tables of contents."""
_STANDARD = _TEXT | _BLOCKS | set(_KIDS) | {"Document", "Part", "Index", "Annot", "Form", "BibEntry", "Ruby", "Warichu"}
_PAINTS = {"S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "sh", "Do", "Tj", "TJ", "'", '"', "EI"}
_EMPTY = {"TD", "TH"}


@dataclass(frozen=True)
class PdfFinding:
    """A violated rule on a page, counted from 1; page 0 is the PDF as a whole."""

    page: int
    text: str

    def __str__(self) -> str:
        """Return the finding as one line."""
        return f"page {self.page}: {self.text}" if self.page else self.text


@dataclass(frozen=True)
class PdfAudit:
    """The findings in a PDF, its number of pages, and the number of checked tags of each kind."""

    pages: int
    tags: Counter[str]
    findings: tuple[PdfFinding, ...]

    def __str__(self) -> str:
        """Return a summary on the first line, then a line for each finding."""
        headings = sum(count for tag, count in self.tags.items() if _HEADING.fullmatch(tag))
        kinds = (("Table", "tables"), ("Figure", "figures"), ("Formula", "formulas"), ("Link", "links"))
        counts = [f"{self.pages} pages", f"{headings} headings", *(f"{self.tags[tag]} {name}" for tag, name in kinds)]
        total = f"{len(self.findings)} findings" if self.findings else "no findings"
        return "\n".join([f"{total} ({', '.join(counts)})", *(f"  {finding}" for finding in self.findings)])


def audit_pdf(data: bytes) -> PdfAudit:
    """Return the audit of a PDF; an unreadable PDF has this as its only finding."""
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            tree = TagTree(pdf)
            tags = Counter(tag.role for tag in tree.tags)
            findings = sorted({finding for check in _CHECKS for finding in check(tree)}, key=lambda f: (f.page, f.text))
            return PdfAudit(len(pdf.pages), tags, tuple(findings))
    except pikepdf.PdfError as error:
        return PdfAudit(0, Counter(), (PdfFinding(0, f"unreadable: {error}"),))


def _check_document(tree: TagTree) -> Iterator[PdfFinding]:
    root = tree.pdf.Root
    with tree.pdf.open_metadata() as metadata:
        if not metadata.get("dc:title"):
            yield PdfFinding(0, "no title")
        if metadata.get("pdfuaid:part") != "1":
            yield PdfFinding(0, "not marked as PDF/UA-1")
    if not str(root.get("/Lang", "")):
        yield PdfFinding(0, "no language")
    if not root.get("/MarkInfo", {}).get("/Marked"):
        yield PdfFinding(0, "not marked as tagged")
    if not root.get("/ViewerPreferences", {}).get("/DisplayDocTitle"):
        yield PdfFinding(0, "readers show its file name instead of its title")
    if "/Outlines" not in root:
        yield PdfFinding(0, "no bookmarks")
    if not tree.tags:
        yield PdfFinding(0, "no tags")


def _check_fonts(tree: TagTree) -> Iterator[PdfFinding]:
    for item in tree.pdf.objects:
        if not isinstance(item, pikepdf.Dictionary):
            continue
        if item.get("/Type") == "/FontDescriptor" and not {"/FontFile", "/FontFile2", "/FontFile3"} & set(item.keys()):
            yield PdfFinding(0, f"the font {item.get('/FontName')} is not embedded")
        if item.get("/Subtype") in ("/Type0", "/TrueType", "/Type1", "/Type3") and "/ToUnicode" not in item:
            yield PdfFinding(0, f"the font {item.get('/BaseFont')} has no mapping to characters (ToUnicode)")


def _check_headings(tree: TagTree) -> Iterator[PdfFinding]:
    headings = [tag for tag in tree.tags if _HEADING.fullmatch(tag.role)]
    if headings and headings[0].role != "H1":
        yield PdfFinding(headings[0].page, f"the first heading is an {headings[0].role}")
    for before, after in pairwise(headings):
        if int(after.role[1]) > int(before.role[1]) + 1:
            yield PdfFinding(after.page, f"an {after.role} follows an {before.role}")


def _check_roles(tree: TagTree) -> Iterator[PdfFinding]:
    for tag in tree.tags:
        if tag.role not in _STANDARD:
            yield PdfFinding(tag.page, f"{tag.role or 'nothing'} is not a standard tag")
        if not (tag.kids or tag.pieces or tag.links or tag.role in _EMPTY):
            yield PdfFinding(tag.page, f"an empty {tag.role}")
        if tag.pieces and tag.role in _STANDARD - _TEXT:
            yield PdfFinding(tag.page, f"text directly in {tag.role}")
        for kid in tag.kids:
            is_standard = kid.role in _STANDARD
            if is_standard and (
                kid.role not in _KIDS.get(tag.role, {kid.role}) or tag.role not in _PARENTS.get(kid.role, {tag.role})
            ):
                yield PdfFinding(kid.page, f"{kid.role} in {tag.role}")
            if tag.role in _LINES and kid.role in _BLOCKS:
                yield PdfFinding(kid.page, f"{kid.role} in {tag.role}")


def _check_alternatives(tree: TagTree) -> Iterator[PdfFinding]:
    for tag in tree.tags:
        if tag.role in ("Figure", "Formula") and not str(tag.dictionary.get("/Alt", "")).strip():
            yield PdfFinding(tag.page, f"a {tag.role} without alternative text")


def _check_notes(tree: TagTree) -> Iterator[PdfFinding]:
    names = Counter(str(tag.dictionary.get("/ID", "")) for tag in tree.tags if tag.role == "Note")
    for tag in tree.tags:
        if tag.role == "Note" and (not (name := str(tag.dictionary.get("/ID", ""))) or names[name] > 1):
            yield PdfFinding(tag.page, "a Note without a unique ID")


def _check_tables(tree: TagTree) -> Iterator[PdfFinding]:
    for tag in tree.tags:
        if tag.role == "TH" and _attribute(tag, "/Scope") is None:
            yield PdfFinding(tag.page, "a TH without a scope")
        if tag.role == "Table":
            parts = list(self_and_descendants(tag))
            if not any(part.role == "TH" for part in parts):
                yield PdfFinding(tag.page, "a Table without a TH")
            if len(set(_row_lengths([part for part in parts if part.role == "TR"]))) > 1:
                yield PdfFinding(tag.page, "a Table with rows of different lengths")


def _row_lengths(rows: list[PdfTag]) -> Iterator[int]:
    """Yield the number of columns of each row of a table, including cells spanning into it from above."""
    spanning: list[int] = []  # remaining rows of cells from above, by column
    for row in rows:
        length = sum(1 for rest in spanning if rest)
        spanning = [rest - 1 for rest in spanning if rest > 1]
        for cell in row.kids:
            columns = int(_attribute(cell, "/ColSpan") or 1)
            length += columns
            spanning += [int(_attribute(cell, "/RowSpan") or 1) - 1] * columns
        yield length


def _attribute(tag: PdfTag, name: str) -> Any:
    return next((group[name] for group in as_list(tag.dictionary.get("/A")) if name in group), None)


def _check_links(tree: TagTree) -> Iterator[PdfFinding]:
    for tag in tree.tags:
        if tag.role == "Link" and not tag.links:
            yield PdfFinding(tag.page, "a Link without a link annotation")
    tagged = {link.objgen: tag for tag in tree.tags if tag.role == "Link" for link in tag.links}
    for number, page in enumerate(tree.pdf.pages, 1):
        for link in as_list(page.get("/Annots")):
            if link.get("/Subtype") != "/Link":
                continue
            if not str(link.get("/Contents", "")):
                yield PdfFinding(number, "a link without a description")
            holder = tagged.get(link.objgen)
            if holder is None:
                yield PdfFinding(number, "a link without a tag")
            elif not _is_same(tree.owners.get(int(link.get("/StructParent", -1))), holder):
                yield PdfFinding(number, "a link without a reference to its tag")


def _is_same(owner: Any, tag: PdfTag) -> bool:
    return owner is not None and owner.objgen == tag.dictionary.objgen


def _check_pages(tree: TagTree) -> Iterator[PdfFinding]:
    holders: _Holders = defaultdict(lambda: defaultdict(list))
    for tag in tree.tags:
        for number, form, mark in tag.pieces:
            holders[number, form][mark].append(tag)
    for number, page in enumerate(tree.pdf.pages, 1):
        if page.get("/Tabs") != "/S":
            yield PdfFinding(number, "the tab order of links is not the order of tags")
        objects = page.get("/Resources", {}).get("/XObject", {})
        forms = {name: form for name, form in objects.items() if "/StructParents" in form}
        for content, tags in (
            (page, holders[number, None]),
            *((form, holders[number, form.objgen]) for form in forms.values()),
        ):
            owners = as_list(tree.owners.get(int(content.get("/StructParents", -1))))
            problems = _content_problems(content, tags, owners, forms)
            yield from (PdfFinding(number, text) for text in problems)


def _content_problems(
    content: Any, holders: Mapping[int, list[PdfTag]], owners: list[Any], forms: Container[str]
) -> Iterator[str]:
    """Yield the problems in *content*, a page or a form on it.

    holders  tags around each marked content, by MCID
    owners   the entry of the content in the parent tree: a tag for each MCID
    forms    names of forms with marked content of their own
    """
    marks: list[int] = []
    yield from _drawing_problems(content, marks, forms)
    for mark in marks:
        if mark not in holders:
            yield "marked content is neither in a tag nor an artifact"
        elif mark >= len(owners) or not _is_same(owners[mark], holders[mark][-1]):
            yield "marked content lacks a reference to its tag"
    if holders.keys() - set(marks):
        yield "a tag refers to content that is not on the page"
    if any(len(tags) > 1 for tags in holders.values()):
        yield "marked content is in two tags"


def _drawing_problems(content: Any, marks: list[int], forms: Container[str]) -> Iterator[str]:
    """Yield the problems in the content stream of *content*, and add its MCIDs to *marks*."""
    stack: list[str] = []
    for operands, operator in pikepdf.parse_content_stream(content):
        name = str(operator)
        if name in ("BMC", "BDC"):
            kind = _kind(name, operands, marks)
            if kind and set(stack) - {"", kind}:
                yield "an artifact in a tag, or a tag in an artifact"
            stack.append(kind)
        elif name == "EMC":
            stack.pop()
        elif name in _PAINTS and not any(stack) and not (name == "Do" and str(operands[0]) in forms):
            yield "content is neither in a tag nor an artifact"


def _kind(operator: str, operands: Any, marks: list[int]) -> str:
    """Return the kind of marked content, `artifact`, `tag` or ""; add the MCID of a tag to *marks*."""
    if str(operands[0]) == "/Artifact":
        return "artifact"
    if operator == "BDC" and isinstance(operands[1], pikepdf.Dictionary) and "/MCID" in operands[1]:
        marks.append(int(operands[1].MCID))
        return "tag"
    return ""


_CHECKS: tuple[Callable[[TagTree], Iterator[PdfFinding]], ...] = (
    _check_document,
    _check_fonts,
    _check_headings,
    _check_roles,
    _check_alternatives,
    _check_notes,
    _check_tables,
    _check_links,
    _check_pages,
)
