"""Convert Anki's own notations in fields: sounds, and LaTeX formulas.

https://docs.ankiweb.net/math.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crib.importers.log import ImportLog

_SOUND = re.compile(r"\[sound:([^\]\n]{1,500})\]")
_LATEX = re.compile(
    r"\[(?P<tag>latex|\$\$?)\](?P<tex>.*?)\[/(?P=tag)\]",
    re.DOTALL | re.IGNORECASE,
)
_MATH_ENVIRONMENT = re.compile(r"\\begin\{(?:displaymath|equation\*?|math)\}|\\end\{(?:displaymath|equation\*?|math)\}")


def readable_html(text: str, log: ImportLog, line: int = 0) -> str:
    """Return the *text* of a field without sounds, and with formulas in MathJax notation."""
    for name in _SOUND.findall(text):
        log.leave_out(line, name, "left out: a sound, which no book can play")
    return _LATEX.sub(_mathjax, _SOUND.sub("", text))


def _mathjax(match: re.Match[str]) -> str:
    """Return a formula in Anki's older notation, such as `[$]x[/$]`, in MathJax notation."""
    tex = _MATH_ENVIRONMENT.sub("", match["tex"])
    if match["tag"] == "$$" or tex != match["tex"]:
        return rf"\[{tex.strip()}\]"
    if match["tag"] == "$":
        return rf"\({tex.strip()}\)"
    return re.sub(r"(?<!\\)\$([^$]+)\$", r"\\(\1\\)", tex)
