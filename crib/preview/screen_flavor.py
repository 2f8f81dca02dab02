"""Flavors of the preview: those of paper, with addresses of the preview's server."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote

from crib.outputs.book.flavor import BookFlavor
from crib.print.flavor import DRAWING, PrintFlavor, drawings_in

if TYPE_CHECKING:
    from crib.model import Book
    from crib.render.templates import Labels

_FORMULAS = "/math/"


class ScreenFlavor(PrintFlavor):
    """The flavor of paper on a screen; `files` collects formulas and pictures by address."""

    def __init__(self, book: Book, labels: Labels) -> None:
        """Start without files."""
        super().__init__(book, labels)
        self.files: dict[str, bytes] = {}
        self._folder = book.folder
        self._digests = {picture.target: picture.digest for answer in book.answers for picture in answer.pictures}

    def math(self, tex: str, *, display: bool) -> str:
        """Return a formula as `<img>`."""
        image = super().math(tex, display=display).removesuffix(">") + "/>"
        self.files |= {
            f"{_FORMULAS}{name}.svg": svg.encode() for name, svg in drawings_in(image, self.drawings).items()
        }
        return DRAWING.sub(rf'src="{_FORMULAS}\1.svg"', image)

    def picture(self, target: str) -> str:
        """Return an address with the picture's digest."""
        path = unquote(target)
        address = f"/pictures/{self._digests[target]}{PurePosixPath(path).suffix.lower()}"
        self.files[address] = (self._folder / path).read_bytes()
        return address


class BookScreenFlavor(ScreenFlavor, BookFlavor):
    """The flavor of the printed book on a screen; references have no page numbers yet."""
