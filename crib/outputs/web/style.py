"""The style sheet of the study page, with embedded font subsets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crib.outputs.web.pictures import data_address
from crib.render import gate
from crib.render.font_subset import characters_of, characters_of_formulas, subset_font

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crib.render.templates import Templates

STYLE = "web/web.css"

_FONT = re.compile(r'url\("(fonts/[\w-]+\.[ot]tf)"\)')
_MATH = "Math"


def style_sheet(pages: Iterable[str], templates: Templates) -> str:
    """Return the style sheet with embedded fonts, reduced to the characters of *pages*.

    Raises BuildError, ContentError.
    """
    path = templates.path(STYLE)
    css = path.read_text(encoding="utf-8")
    gate.check_sheet(css, path)
    text, formulas = set(map(chr, range(0x20, 0x7F))), set[str]()
    for page in pages:
        text |= characters_of(page)
        formulas |= characters_of_formulas(page)

    def font(address: re.Match[str]) -> str:
        characters = formulas if _MATH in address[1] else text
        data = subset_font(templates.path(address[1]), characters, for_web=True)
        return f'url("{data_address(data, "font/woff2")}")'

    return _FONT.sub(font, css)
