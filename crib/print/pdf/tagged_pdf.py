"""Accessors of a tagged PDF: named destinations, bookmarks, name trees and number trees; and saving it."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

from pikepdf import Array, Dictionary, NumberTree, ObjectStreamMode, String
from pikepdf.settings import set_flate_compression_level

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pikepdf import OutlineItem, Pdf


def pairs(array: Any) -> Iterator[tuple[Any, Any]]:
    """Yield the keys and values in the array of a name tree or a number tree."""
    items = list(array)
    return zip(items[::2], items[1::2], strict=True)


def name_tree(pdf: Pdf, values: Mapping[str, Any]) -> Any:
    """Return a name tree of one node (ISO 32000-1, 7.9.6)."""
    entries = sorted((bytes(String(name)), value) for name, value in values.items())
    return pdf.make_indirect(Dictionary(Names=Array(item for name, value in entries for item in (String(name), value))))


def named_places(pdf: Pdf) -> dict[str, Any]:
    """Return the named destinations of *pdf*: arrays of a page and a position, by name."""
    return {str(name): place for name, place in pairs(pdf.Root.Names.Dests.Names)} if "/Names" in pdf.Root else {}


def owners_of(tree: Any) -> dict[int, Any]:
    """Return the tags of each page and link, by the number it has in the parent tree of a tag *tree*."""
    return dict(NumberTree(tree.ParentTree).items())


def bookmark_page(bookmark: OutlineItem) -> Any:
    """Return the target page of *bookmark*."""
    destination: Any = bookmark.destination
    return destination[0]


def items(value: Any) -> list[Any]:
    """Return *value*, in PDF a single object, an array or missing, as a list."""
    if value is None:
        return []
    return list(value) if isinstance(value, Array) else [value]


def saved(pdf: Pdf) -> bytes:
    """Return the bytes of *pdf*, equal for equal PDFs."""
    file = BytesIO()
    set_flate_compression_level(9)  # WeasyPrint writes one object stream; these hold 100 objects
    pdf.save(
        file,
        force_version="1.7",
        fix_metadata_version=False,
        object_stream_mode=ObjectStreamMode.generate,
        deterministic_id=True,
    )
    return file.getvalue()
