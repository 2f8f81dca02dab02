"""Formulas that may have been damaged on the way."""

from __future__ import annotations

import re

_MATRIX = re.compile(r"\\begin\{([pbvVB]?matrix|smallmatrix|array)\}(.*?)\\end\{\1\}", re.DOTALL)
_ROW = re.compile(r"\\\\(?:\[[^\]]*\])?")


def has_gaps(tex: str) -> bool:
    """Tell whether *tex* has a matrix with empty cells, or with rows of unequal length."""
    for match in _MATRIX.finditer(tex):
        body = match[2] if match[1] != "array" else re.sub(r"^\s*\{[^}]*\}", "", match[2])
        rows = [row.split("&") for row in _ROW.split(body) if row.strip()]
        if len({len(row) for row in rows}) > 1 or any(not cell.strip() for row in rows for cell in row):
            return True
    return False
