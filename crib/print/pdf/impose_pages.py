"""Impose a tagged PDF: pages become form XObjects on sheets, and keep their tags, links and bookmarks."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

from pikepdf import Array, Dictionary, Name, Page, Pdf, String

from crib.print.pdf.tagged_pdf import items, name_tree, named_places, owners_of, pairs

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pikepdf import OutlineItem

    from crib.print.imposition import Cell, Side

_POINTS = 72 / 25.4


def impose_pages(pdf: Pdf, sides: Iterable[Side], *, rotated: bool) -> None:
    """Replace the pages of *pdf* by *sides* of sheets of the same paper, optionally *rotated*.

    A page is on one side at most; positions after the last page are blank.
    """
    imposer = _Imposer(pdf, rotated=rotated)
    for side in sides:
        imposer.add_sheet(side)
    imposer.finish()


def put_guide_before(pdf: Pdf, guide: bytes) -> None:
    """Insert a tagged *guide* before the pages of an imposed *pdf*, on a sheet of its own."""
    source = Pdf.open(BytesIO(guide))
    count = len(source.pages)
    for number, page in enumerate(source.pages):
        pdf.pages.insert(number, page)
    pages = [page.obj for page in pdf.pages[:count]]
    if count % 2:
        pdf.pages.insert(count, _blank_page(*_size(pdf.pages[count])))
    tags = _TagTreeMerger(pdf)
    tags.add(pdf.copy_foreign(source.Root.StructTreeRoot), pages)
    imposed = [page.obj for page in pdf.pages[count:]]
    forms = [form for page in imposed for form in page.Resources.get("/XObject", {}).values()]
    links = [link for page in imposed for link in page.get("/Annots", ())]
    tags.add(pdf.Root.StructTreeRoot, [*forms, *links])
    tags.write()


class _TagTreeMerger:
    """Merges tag trees: the top-level tags of the parts follow one another in one `Document`."""

    def __init__(self, pdf: Pdf) -> None:
        self._pdf = pdf
        self._root = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
        self._document = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Document, P=self._root))
        self._kids: list[Any] = []
        self._owners: list[Any] = []  # entries of the parent tree: tags of a page, by MCID, or the tag of a link
        self._named: dict[str, Any] = {}

    def add(self, tree: Any, holders: Sequence[Any]) -> None:
        """Add the *tree* of a part; *holders* are the pages or forms, and the links, in its parent tree."""
        owners = owners_of(tree)
        for holder in holders:
            name = Name.StructParents if "/StructParents" in holder else Name.StructParent
            self._owners.append(owners[holder[name]])
            holder[name] = len(self._owners) - 1
        for _, note in pairs(tree.get("/IDTree", Dictionary(Names=Array())).Names):
            note.ID = String(f"note-{len(self._named) + 1}")
            self._named[str(note.ID)] = note
        for kid in tree.K[0].K:
            kid.P = self._document
            self._kids.append(kid)

    def write(self) -> None:
        """Write the merged tree into the PDF."""
        self._document.K = Array(self._kids)
        self._root.K = Array([self._document])
        numbered = (item for pair in enumerate(self._owners) for item in pair)
        self._root.ParentTree = self._pdf.make_indirect(Dictionary(Nums=Array(numbered)))
        if self._named:
            self._root.IDTree = name_tree(self._pdf, self._named)
        self._pdf.Root.StructTreeRoot = self._root


@dataclass(frozen=True)
class _Placement:
    """A page on its `sheet`, as the XObject `form`, scaled by `scale` and moved by `x` and `y` points."""

    sheet: Any
    form: Any
    scale: float
    x: float
    y: float

    def point(self, x: Any, y: Any) -> tuple[float, float]:
        """Convert a point of the page to a point of the sheet."""
        return round(self.x + self.scale * float(x), 3), round(self.y + self.scale * float(y), 3)

    def box(self, corners: Any) -> Array:
        """Convert a rectangle of the page to a rectangle of the sheet."""
        left, bottom, right, top = corners
        return Array([*self.point(left, bottom), *self.point(right, top)])

    def destination(self, place: Any) -> Array:
        """Convert a destination on the page to a destination on the sheet."""
        kind, x, y, *zoom = list(place)[1:]
        return Array([self.sheet, kind, *self.point(x, y), *zoom])


class _Imposer:
    """Moves pages to sheets, one sheet after another."""

    def __init__(self, pdf: Pdf, *, rotated: bool) -> None:
        self._pdf, self._pages = pdf, list(pdf.pages)
        size = _size(self._pages[0])
        self._paper = size[::-1] if rotated else size
        self._placements: dict[Any, _Placement] = {}

    def add_sheet(self, side: Side) -> None:
        self._pdf.pages.append(_blank_page(*self._paper))
        sheet = self._pdf.pages[-1].obj
        forms, links, commands = {}, [], []
        for cell in side:
            if cell.position < len(self._pages):
                page = self._pages[cell.position]
                name = f"/P{cell.position + 1}"
                forms[name] = form = page.as_form_xobject()
                form.StructParents = page.obj.StructParents
                placement = self._placements[page.obj.objgen] = self._placement(page, cell, sheet, form)
                commands.append(self._drawing(name, placement, cell))
                links += [_moved(link, placement) for link in page.obj.get("/Annots", ())]
        sheet.Resources = Dictionary(XObject=Dictionary(forms))
        sheet.Contents = self._pdf.make_stream("\n".join(commands).encode())
        if links:
            sheet.Annots = Array(links)

    def _placement(self, page: Page, cell: Cell, sheet: Any, form: Any) -> _Placement:
        """Center *page* in its *cell*, as large as possible."""
        width, height = _size(page)
        left, bottom, room, high = self._box(cell)
        scale = min(room / width, high / height)
        across = cell.shift * _POINTS if cell.height == 1 else 0
        down = cell.shift * _POINTS if cell.width == 1 else 0
        x, y = left + (room - scale * width) / 2 + across, bottom + (high - scale * height) / 2 - down
        return _Placement(sheet, form, scale, x, y)

    def _box(self, cell: Cell) -> tuple[float, float, float, float]:
        """Return left, bottom, width and height of *cell*, in points."""
        width, height = self._paper
        bottom = (1 - cell.top - cell.height) * height
        return cell.left * width, bottom, cell.width * width, cell.height * height

    def _drawing(self, name: str, placement: _Placement, cell: Cell) -> str:
        """Return the commands to draw a form, clipped where creep moves it over the fold."""
        box = " ".join(f"{number:.3f}" for number in self._box(cell))
        scale = f"{placement.scale:.6f}"
        return f"q {box} re W n {scale} 0 0 {scale} {placement.x:.3f} {placement.y:.3f} cm {name} Do Q"

    def finish(self) -> None:
        for place in named_places(self._pdf).values():
            place[:] = self._placements[place[0].objgen].destination(place)
        with self._pdf.open_outline() as outline:
            self._move_bookmarks(outline.root)
        self._move_tags(self._pdf.Root.StructTreeRoot)
        del self._pdf.pages[: len(self._pages)]

    def _move_bookmarks(self, bookmarks: Sequence[OutlineItem]) -> None:
        for bookmark in bookmarks:
            place: Any = bookmark.destination
            bookmark.destination = self._placements[place[0].objgen].destination(place)
            self._move_bookmarks(bookmark.children)

    def _move_tags(self, tag: Any) -> None:
        """Refer *tag* and its kids to content of forms on sheets (ISO 32000-1, 14.7.4.3)."""
        own = tag.get("/Pg")
        tag.K = Array([self._moved_kid(kid, own) for kid in items(tag.get("/K"))])
        if own is not None:
            for attributes in items(tag.get("/A")):
                if "/BBox" in attributes:
                    attributes.BBox = self._placements[own.objgen].box(attributes.BBox)
            tag.Pg = self._placements[own.objgen].sheet

    def _moved_kid(self, kid: Any, page: Any) -> Any:
        if not isinstance(kid, Dictionary):
            kid = Dictionary(Type=Name.MCR, Pg=page, MCID=kid)
        if "/S" in kid:
            self._move_tags(kid)
            return kid
        placement = self._placements[kid.get("/Pg", page).objgen]
        kid.Pg = placement.sheet
        if kid.Type == Name.MCR:
            kid.Stm = placement.form
        return kid


def _moved(link: Any, placement: _Placement) -> Any:
    link.Rect = placement.box(link.Rect)
    return link


def _size(page: Page) -> tuple[float, float]:
    left, bottom, right, top = map(float, page.mediabox)
    return right - left, top - bottom


def _blank_page(width: float, height: float) -> Page:
    box = Array([0, 0, round(width, 3), round(height, 3)])
    return Page(Dictionary(Type=Name.Page, MediaBox=box, TrimBox=box, Resources=Dictionary(), Tabs=Name.S))
