"""Fix the encoding of a file: UTF-8 without a byte order mark, `\\n` as line end, also of the last line."""

from __future__ import annotations

from codecs import BOM_UTF16_BE, BOM_UTF16_LE

_MARK = "\ufeff"


def decode(data: bytes) -> str:
    """Return the text in *data*, which may begin with a byte order mark.

    Raises UnicodeDecodeError if it is neither UTF-8 nor UTF-16 with such a mark.
    """
    if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return f"{_MARK}{data.decode('utf-16')}"
    return data.decode()


def fix_encoding(text: str) -> tuple[str, list[str]]:
    """Return *text* with its encoding fixed, and what was wrong with it."""
    wrong = ["byte order mark"] * text.startswith(_MARK)
    text = text.removeprefix(_MARK)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        wrong.append("line ends")
    if text and not text.endswith("\n"):
        text += "\n"
        wrong.append("end of the last line")
    return text, wrong
