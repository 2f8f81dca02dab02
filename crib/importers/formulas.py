"""Recover formulas from pictures of drawing services, and detect damaged matrices."""

from __future__ import annotations

import re
from urllib.parse import unquote

_MATRIX = re.compile(r"\\begin\{([pbvVB]?matrix|smallmatrix|array)\}(.*?)\\end\{\1\}", re.DOTALL)
_ROW = re.compile(r"\\\\(?:\[[^\]]*\])?")
_DRAWN = re.compile(
    r"https?://(?:render\.githubusercontent\.com/render/math\?(?:\w+=\w*&)*math=(?P<github>[^&]+).*|"
    r"(?:latex|math)\.codecogs\.com/(?:svg|png|gif)\.(?:latex|image)\?(?P<codecogs>.+))"
)
"""Addresses of services to draw a formula, with the formula at the end."""


def drawn_formula(address: str) -> str:
    """Return the formula drawn by a service at the *address* of a picture; empty for any other picture."""
    match = _DRAWN.fullmatch(address)
    if not match:
        return ""
    text = match["github"].replace("+", " ") if match["github"] else match["codecogs"].replace("&space;", " ")
    return unquote(text).strip()


def is_ragged(tex: str) -> bool:
    """Return True if *tex* has a matrix with empty cells, or with rows of unequal length."""
    for match in _MATRIX.finditer(tex):
        body = match[2] if match[1] != "array" else re.sub(r"^\s*\{[^}]*\}", "", match[2])
        rows = [row.split("&") for row in _ROW.split(body) if row.strip()]
        if len({len(row) for row in rows}) > 1 or any(not cell.strip() for row in rows for cell in row):
            return True
    return False
