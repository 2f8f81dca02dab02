"""Page selection of a tagged PDF: keep some pages with their tags, and the bookmarks and links to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pikepdf import Array, Dictionary, Name

from crib.print.pdf.tagged_pdf import bookmark_page, items, name_tree, named_places, owners_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from pikepdf import OutlineItem, Pdf


def keep_pages(pdf: Pdf, numbers: Collection[int]) -> None:
    """Remove all pages of *pdf* except *numbers*, counted from 1."""
    pages = [page.obj for number, page in enumerate(pdf.pages, 1) if number in numbers]
    ids = {page.objgen for page in pages}
    places = {name: place for name, place in named_places(pdf).items() if place[0].objgen in ids}
    if "/Names" in pdf.Root:
        pdf.Root.Names = Dictionary(Dests=name_tree(pdf, places))
    links = [link for page in pages for link in _keep_links(page, places)]
    with pdf.open_outline() as outline:
        outline.root[:] = _kept_bookmarks(outline.root, ids)
    _keep_tags(pdf, pages, links)
    for number in range(len(pdf.pages), 0, -1):
        if number not in numbers:
            del pdf.pages[number - 1]


def _keep_links(page: Any, places: Collection[str]) -> Iterator[Any]:
    """Remove links to removed pages from *page*, and yield the others."""
    links = [link for link in page.get("/Annots", ()) if "/Dest" not in link or str(link.Dest) in places]
    if "/Annots" in page:
        page.Annots = Array(links)
    yield from links


def _kept_bookmarks(bookmarks: Iterable[OutlineItem], ids: Collection[Any]) -> Iterator[OutlineItem]:
    """Yield the bookmarks of pages with these *ids*, and promote kids of removed bookmarks."""
    for bookmark in bookmarks:
        kids = list(_kept_bookmarks(bookmark.children, ids))
        if bookmark_page(bookmark).objgen in ids:
            bookmark.children[:] = kids
            yield bookmark
        else:
            yield from kids


def _keep_tags(pdf: Pdf, pages: list[Any], links: list[Any]) -> None:
    """Remove tags of other pages and links, and renumber those of *pages* and *links*."""
    tree = pdf.Root.StructTreeRoot
    _prune(tree, {page.objgen for page in pages}, {link.objgen for link in links})
    owners = owners_of(tree)
    numbered: list[Any] = []
    for holder in (*pages, *links):
        name = Name.StructParents if "/StructParents" in holder else Name.StructParent
        numbered += [len(numbered) // 2, owners[holder[name]]]
        holder[name] = len(numbered) // 2 - 1
    tree.ParentTree = pdf.make_indirect(Dictionary(Nums=Array(numbered)))
    if "/IDTree" in tree:
        tree.IDTree = name_tree(pdf, {str(tag.ID): tag for tag in _descendants(tree) if "/ID" in tag})


def _prune(tag: Any, pages: Collection[Any], links: Collection[Any]) -> bool | None:
    """Remove kids of *tag* on other pages or links; return True if content remains, None if it never had any."""
    kids, results = [], []
    for kid in items(tag.get("/K")):
        remains = _remains(kid, tag, pages, links)
        results.append(remains)
        if remains is not False:
            kids.append(kid)
    had_link = len(kids) < len(results) and tag.get("/S") == Name.Link and any(results)
    tag.K = Array(kids)
    if "/Pg" in tag and tag.Pg.objgen not in pages:
        del tag.Pg
    if had_link:
        tag.S = Name.Span
    return any(results) or (False if False in results else None)


def _remains(kid: Any, tag: Any, pages: Collection[Any], links: Collection[Any]) -> bool | None:
    if not isinstance(kid, Dictionary):
        return tag.Pg.objgen in pages
    if "/S" in kid:
        return _prune(kid, pages, links)
    if kid.get("/Type") == Name.OBJR:
        return kid.Obj.objgen in links
    return kid.get("/Pg", tag.get("/Pg")).objgen in pages


def _descendants(tag: Any) -> Iterator[Any]:
    for kid in items(tag.K):
        if isinstance(kid, Dictionary) and "/S" in kid:
            yield kid
            yield from _descendants(kid)
