"""Read text files: UTF-8 only, with limits on size and nesting."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crib import limits
from crib.files import RefusedError, read_inside

if TYPE_CHECKING:
    from pathlib import Path

    from crib.problems import Report

_NESTED = re.compile(
    rf"(?:[>\[*_~^(] ?){{{limits.MARKS_IN_A_ROW}}}|(?:^:::+.*\n+){{{limits.FENCES_IN_A_ROW}}}", re.MULTILINE
)
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
"""Characters not allowed in XML (https://www.w3.org/TR/xml/#charsets), and U+007F."""


def read_text(path: Path, report: Report, most: int = limits.FILE_BYTES) -> str | None:
    """Return the text of *path*, a file directly in its book's folder; if unreadable, report that, and return None.

    Line ends become `\\n`, and a byte order mark is removed. The file may have at most *most* bytes.
    """
    try:
        data = read_inside(path, path.parent, most + 1)
    except RefusedError as error:
        report.add(1, "unreadable", f"this is {error.strerror}", "replace it with a regular file")
        return None
    except OSError as error:
        report.add(1, "unreadable", error.strerror or "the file cannot be read", "check its permissions")
        return None
    if len(data) > most:
        report.add(1, "too-large", f"the file is larger than {most:,} bytes", "split it")
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        report.add(
            line, "encoding", f"byte 0x{data[error.start]:02x} is not UTF-8", "save the file in UTF-8 in your editor"
        )
        return None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text if _is_plain(text, report) else None


def _is_plain(text: str, report: Report) -> bool:
    """Return True if *text* has no control characters and no extreme nesting; report it otherwise."""
    if match := CONTROL.search(text):
        report.add(
            text.count("\n", 0, match.start()) + 1,
            "control-character",
            f"the control character U+{ord(match[0]):04X} is not allowed",
            "delete it",
        )
        return False
    if match := _NESTED.search(text):
        report.add(
            text.count("\n", 0, match.start()) + 1,
            "too-deep",
            f"{limits.MARKS_IN_A_ROW} opening marks or {limits.FENCES_IN_A_ROW} fences follow each other",
            "remove them; pandoc would take too long to read them",
        )
        return False
    return True
