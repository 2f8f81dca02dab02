"""Files to text: strictly UTF-8, of a size that can be read in one go."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from crib.problems import Report

MAX_BYTES = 2_000_000
MAX_MARKS = 1000
MAX_FENCES = 100
"""Marks, or lines of `:::`, in a row; pandoc takes time that grows with their square, or faster."""

_NESTED = re.compile(rf"(?:[>\[*_~^(] ?){{{MAX_MARKS}}}|(?:^:::+.*\n+){{{MAX_FENCES}}}", re.MULTILINE)
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
"""What XML cannot hold (https://www.w3.org/TR/xml/#charsets), and U+007F."""


def read_text(path: Path, report: Report, most: int = MAX_BYTES) -> str | None:
    """Return the text of *path*, a file right in its book's folder; None if unreadable.

    It has at most *most* bytes, plain line ends and no byte order mark.
    """
    try:
        if not path.is_file() or not path.resolve().is_relative_to(path.parent.resolve()):
            report.add(1, "unreadable", "not a file of the book's folder", "put the file itself there, no link to it")
            return None
        with path.open("rb") as file:
            data = file.read(most + 1)
    except OSError as error:
        report.add(1, "unreadable", error.strerror or "cannot be read")
        return None
    if len(data) > most:
        report.add(1, "too-large", f"a file of more than {most:,} bytes", "say it in fewer words or more files")
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        report.add(line, "encoding", f"byte 0x{data[error.start]:02x} is not UTF-8", "save the file as UTF-8")
        return None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text if _is_plain(text, report) else None


def _is_plain(text: str, report: Report) -> bool:
    """Report what would make a reader of *text* stumble or never end."""
    if match := CONTROL.search(text):
        report.add(
            text.count("\n", 0, match.start()) + 1,
            "control-character",
            f"the character U+{ord(match[0]):04X}",
            "delete it",
        )
        return False
    if match := _NESTED.search(text):
        report.add(
            text.count("\n", 0, match.start()) + 1,
            "too-deep",
            f"{MAX_MARKS} marks or {MAX_FENCES} fences in a row",
            "nest less deep",
        )
        return False
    return True
