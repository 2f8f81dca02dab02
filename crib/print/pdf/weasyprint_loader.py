"""WeasyPrint, loaded so that it spends no time on what nobody has here.

Its own style sheet gives every element the styles of five marks of notes, which only `float: footnote`
and `position: note()` need: no template of ours has them. The parser of its HTML means to keep the
patterns it looks for, but keeps each under the pattern itself, and builds it anew at every word. Of
WeasyPrint 70.0 this leans on `HTML._ua_stylesheets` and on the lists of cssselect2's `Matcher`; of
tinyhtml5 2.1 on `inputstream.characters_until_regex`.
"""

from __future__ import annotations

import gc
import os
import re
from contextlib import suppress
from copy import copy
from functools import cache
from tempfile import gettempdir
from typing import TYPE_CHECKING, Any

from crib.home import own_folder
from crib.problems import MissingLibraryError

if TYPE_CHECKING:
    from collections.abc import Container

_MARKS = {"footnote-call", "footnote-marker", "note-call", "note-marker", "note-callback"}
_MAY_HAVE_NOTES = re.compile(r"(?<!doc-)footnote|\bnote\(|@import")
_PSEUDO_ELEMENT = 3  # of what a Matcher knows of a selector


@cache
def load_weasyprint() -> Any:
    """Return the module, ready for our fonts. Raises MissingLibraryError where Pango is not on this system."""
    if "HOME" not in os.environ:
        os.environ.setdefault("XDG_CACHE_HOME", gettempdir())  # where fontconfig may write
    os.environ["FONTCONFIG_FILE"] = str(own_folder() / "fonts" / "fonts.conf")
    try:
        import weasyprint
    except OSError as error:
        raise MissingLibraryError(
            f"Pango is not on this system: {str(error).splitlines()[0]}",
            hint="`python3 tools/bootstrap.py` says what to install",
        ) from None
    from tinyhtml5 import inputstream  # type: ignore[import-untyped]

    inputstream.characters_until_regex = _Patterns()
    gc.freeze()  # it will never be garbage, and looking through it takes a tenth of the time of a layout
    return weasyprint


def preload(_: None) -> None:
    """Load it, if it is there: what needs it will tell if it is not."""
    with suppress(MissingLibraryError):
        load_weasyprint()


def may_have_notes(text: str) -> bool:
    """Tell whether HTML or CSS may ask for notes that WeasyPrint sets."""
    return bool(_MAY_HAVE_NOTES.search(text))


def html_class(*, notes: bool) -> Any:
    """Return `weasyprint.HTML`, or one like it for documents without *notes*."""
    return load_weasyprint().HTML if notes else _without_notes()


@cache
def _without_notes() -> Any:
    class Html(load_weasyprint().HTML):  # type: ignore[misc]
        """HTML whose elements have no marks of notes."""

        def _ua_stylesheets(self, forms: bool = False) -> list[Any]:  # noqa: FBT001, FBT002 - as WeasyPrint has it
            return [_without_marks(sheet) for sheet in super()._ua_stylesheets(forms)]

    return Html


@cache
def _without_marks(sheet: Any) -> Any:
    lean = copy(sheet)
    lean.matcher = copy(sheet.matcher)
    selectors = sheet.matcher.other_selectors
    lean.matcher.other_selectors = [each for each in selectors if each[_PSEUDO_ELEMENT] not in _MARKS]
    return lean


class _Patterns(dict[tuple["Container[str]", bool], "re.Pattern[str]"]):
    """What matches the longest run of characters that are, if the flag is set, or else are not, some."""

    def __missing__(self, key: Any) -> re.Pattern[str]:
        characters, among = key
        listed = "".join(map(re.escape, sorted(characters)))
        pattern = self[key] = re.compile(f"[{'' if among else '^'}{listed}]+")
        return pattern
