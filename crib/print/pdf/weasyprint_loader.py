"""Load WeasyPrint, set up for our fonts and with optimizations (`crib.print.pdf.weasyprint_patches`).

Its user agent style sheet styles five pseudo-elements of notes for every element. Only documents with
`float: footnote` or `position: note()` need them; for others these rules are left out.

Depends on `HTML._ua_stylesheets` of WeasyPrint 70.0, and on the lists of cssselect2's `Matcher`.
"""

from __future__ import annotations

import gc
import os
import re
from contextlib import redirect_stdout, suppress
from copy import copy
from functools import cache
from io import StringIO
from tempfile import gettempdir
from typing import Any

from crib.home import own_folder
from crib.print.pdf.code_size import fit_code_sizes
from crib.print.pdf.line_breaking import mend_line_breaking
from crib.problems import MissingLibraryError
from crib.system_packages import library_hint

_NOTE_PSEUDO_ELEMENTS = {"footnote-call", "footnote-marker", "note-call", "note-marker", "note-callback"}
_MAY_HAVE_NOTES = re.compile(r"(?<!doc-)footnote|\bnote\(|@import")
_PSEUDO_ELEMENT = 3  # index in the tuples of Matcher.other_selectors


@cache
def load_weasyprint() -> Any:
    """Return the module `weasyprint`. Raises MissingLibraryError if Pango is not installed."""
    if "HOME" not in os.environ:
        os.environ.setdefault("XDG_CACHE_HOME", gettempdir())  # for fontconfig
    os.environ["FONTCONFIG_FILE"] = str(own_folder() / "fonts" / "fonts.conf")
    try:
        with redirect_stdout(StringIO()):  # to which WeasyPrint prints advice, but ours are paths
            import weasyprint
    except OSError as error:
        text = f"Pango is not installed: {str(error).splitlines()[0].partition(': ')[0]}"
        raise MissingLibraryError(text, hint=library_hint()) from None
    from crib.print.pdf.weasyprint_patches import apply_patches

    apply_patches()
    mend_line_breaking()
    fit_code_sizes()
    gc.freeze()  # modules are never garbage, and scanning them takes a tenth of the time of a layout
    return weasyprint


def preload(_: None) -> None:
    """Load WeasyPrint in advance, leaving it to jobs to report a missing Pango."""
    with suppress(MissingLibraryError):
        load_weasyprint()


def may_have_notes(text: str) -> bool:
    """Return True if HTML or CSS may use WeasyPrint's footnotes or notes."""
    return bool(_MAY_HAVE_NOTES.search(text))


def html_class(*, notes: bool) -> Any:
    """Return `weasyprint.HTML`, or a faster subclass for documents without *notes*."""
    return load_weasyprint().HTML if notes else _without_notes()


@cache
def _without_notes() -> Any:
    class Html(load_weasyprint().HTML):  # type: ignore[misc]
        """HTML without styles of notes' pseudo-elements."""

        def _ua_stylesheets(self, forms: bool = False) -> list[Any]:  # noqa: FBT001, FBT002 - WeasyPrint's interface
            return [_without_note_rules(sheet) for sheet in super()._ua_stylesheets(forms)]

    return Html


@cache
def _without_note_rules(sheet: Any) -> Any:
    lean = copy(sheet)
    lean.matcher = copy(sheet.matcher)
    selectors = sheet.matcher.other_selectors
    lean.matcher.other_selectors = [item for item in selectors if item[_PSEUDO_ELEMENT] not in _NOTE_PSEUDO_ELEMENTS]
    return lean
