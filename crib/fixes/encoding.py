"""Fix the encoding of a file: UTF-8 without a byte order mark, and `\\n` at the end of every line."""

from __future__ import annotations

from codecs import BOM_UTF16_BE, BOM_UTF16_LE

_MARK = "\ufeff"


def decode(data: bytes) -> str:
    """Return the text in *data*, with its byte order mark if it has one.

    Raises UnicodeDecodeError unless it is UTF-8, or UTF-16 with a byte order mark.
    """
    if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return f"{_MARK}{data.decode('utf-16')}"
    return data.decode()


def fix_encoding(text: str) -> tuple[str, list[str]]:
    """Return *text* with its encoding fixed, and the names of the fixes."""
    fixes = ["byte order mark"] * text.startswith(_MARK)
    text = text.removeprefix(_MARK)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        fixes.append("line ends")
    if text and not text.endswith("\n"):
        text += "\n"
        fixes.append("end of the last line")
    return text, fixes
