"""Style sheets and fonts, loaded by WeasyPrint once in a process."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from crib.home import own_folder
from crib.print.pdf.url_fetcher import url_fetcher
from crib.print.pdf.weasyprint_loader import may_have_notes
from crib.print.pdf.weasyprint_log import print_error, recorded_warnings

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


@dataclass(frozen=True)
class StyleSheets:
    """Style sheets, as plain data; equal ones are loaded once in a process.

    sheets   files, applied in order
    folders  the only folders readable to the style sheets; fonts in their `fonts/` are added to Crib's
    digest   digest of the contents of the folders
    """

    sheets: tuple[Path, ...] = ()
    folders: tuple[Path, ...] = ()
    digest: str = ""


@lru_cache(maxsize=8)
def load_style_sheets(style: StyleSheets) -> tuple[Any, list[Any], bool]:
    """Return WeasyPrint's font configuration, its style sheets, and True if these may use notes.

    Raises BuildError for CSS unknown to WeasyPrint.
    """
    from weasyprint import CSS
    from weasyprint.text.fonts import FontConfiguration

    options = {"url_fetcher": url_fetcher(style.folders, {}), "font_config": FontConfiguration()}
    sheets = [CSS(string=_font_faces(style.folders), **options)]
    for path in style.sheets:
        with recorded_warnings() as warnings:
            sheets.append(CSS(filename=path, **options))
        if warnings:
            raise print_error(warnings, str(path))
    return (
        options["font_config"],
        sheets,
        any(may_have_notes(path.read_text("utf-8", "replace")) for path in style.sheets),
    )


def _font_faces(folders: Iterable[Path]) -> str:
    """Return CSS to add the fonts of the user's folders, for characters missing from Crib's fonts for text.

    They are one family, in all its weights. Style sheets name it before the font for formulas, which has a few
    characters of other scripts.
    """
    user = (folder / "fonts" for folder in folders if folder != own_folder())
    paths = [path for folder in user for path in sorted(folder.glob("*.[ot]t[cf]"))]
    faces = (f'@font-face {{ font-family: "user fonts"; src: url("{path.resolve().as_uri()}") }}' for path in paths)
    return "\n".join(faces)
