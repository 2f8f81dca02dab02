"""The outline of a merged PDF: its bookmarks as objects (ISO 32000-1, 12.3.3)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crib.print.pdf.pdf_part import Bookmark


@dataclass
class Item:
    """An object of an outline, by its number: a bookmark and its kids. The outline itself has no bookmark."""

    number: int
    bookmark: Bookmark | None = None
    kids: list[Item] = field(default_factory=list)

    @property
    def closed(self) -> bool:
        """True if its kids are hidden at first."""
        return self.bookmark is not None and self.bookmark.closed

    @property
    def shown(self) -> int:
        """Number of its visible descendants while it is open."""
        return sum(1 if kid.closed else 1 + kid.shown for kid in self.kids)


def outline(number: int, first: int, bookmarks: Iterable[Bookmark]) -> Iterator[tuple[int, bytes]]:
    """Yield the objects of the outline: itself, with this *number*, and *bookmarks*, numbered from *first* on."""
    return _objects(nested(number, first, bookmarks))


def nested(number: int, first: int, bookmarks: Iterable[Bookmark]) -> Item:
    """Return the outline with *bookmarks* nested by level."""
    path = [Item(number)]
    for bookmark in bookmarks:
        while path[-1].bookmark and path[-1].bookmark.level >= bookmark.level:
            path.pop()
        item = Item(first, bookmark)
        path[-1].kids.append(item)
        path.append(item)
        first += 1
    return path[0]


def _objects(item: Item, beside: bytes = b"") -> Iterator[tuple[int, bytes]]:
    """Yield the objects of *item*; *beside* are its references to parent and siblings."""
    entries = [beside]
    if item.bookmark:
        entries.append(b"/Dest %b /Title %b" % (item.bookmark.place, item.bookmark.title))
    if item.kids:
        count = -item.shown if item.closed else item.shown
        entries.append(b"/Count %d /First %d 0 R /Last %d 0 R" % (count, item.kids[0].number, item.kids[-1].number))
    yield item.number, b"<< %b >>" % b" ".join(entries)
    for before, kid, after in zip([None, *item.kids], item.kids, [*item.kids[1:], None], strict=False):
        links = b"/Parent %d 0 R" % item.number
        links += b" /Prev %d 0 R" % before.number if before else b""
        links += b" /Next %d 0 R" % after.number if after else b""
        yield from _objects(kid, links)
