"""Line breaking: mend lines that WeasyPrint ends too early or too late.

- Pango lets spaces at the end of a line hang over its edge. WeasyPrint takes that for an overflow: of a text that
  fits but for the space behind it, as before a link, it keeps only the first word; and a line of code that fits
  but for a space goes to the next line.
- It breaks a word that is longer than a line only at the start of a line, and takes a box without a width for
  something before it.

Depends on `split_first_line` and `split_inline_level` in `weasyprint.layout.inline` of WeasyPrint 70.0.
"""

from __future__ import annotations

from typing import Any

_NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"
_COLLAPSES_SPACE = ("normal", "pre-line")
_RESUME_AT, _WIDTH = 2, 3  # indexes in what `split_first_line` returns
_BEFORE = 11  # the position of `line_children` among the arguments of `split_inline_level`
_LESS = 0.01
"""A difference in width that counts for Pango, in pixels."""


def mend_line_breaking() -> None:
    """Have WeasyPrint fill lines, and not more than that."""
    from weasyprint.layout import inline

    inline.split_first_line = _keeping_whole(inline.split_first_line)
    inline.split_inline_level = _ignoring_empty_boxes(inline.split_inline_level)


def _ignoring_empty_boxes(split_inline_level: Any) -> Any:
    def split(*arguments: Any) -> Any:
        before = [(index, box) for index, box in arguments[_BEFORE] if box.margin_width()]
        return split_inline_level(*arguments[:_BEFORE], before, *arguments[_BEFORE + 1 :])

    return split


def _keeping_whole(split_first_line: Any) -> Any:
    def split(text: str, style: Any, context: Any, width: float | None, *others: Any, **options: Any) -> Any:
        line = split_first_line(text, style, context, width, *others, **options)
        visible = line[0].text.rstrip(" ")
        if style["white_space"] == "pre-wrap" and visible and width is not None and line[_WIDTH] > width:
            shown = split_first_line(visible, style, context, None, *others, **options)
            return (shown[0], *line[1:_WIDTH], *shown[_WIDTH:]) if shown[_WIDTH] <= width else line
        words = text.rstrip(f" {_NO_BREAK_SPACE}")
        if line[_RESUME_AT] is None or words == text or style["white_space"] not in _COLLAPSES_SPACE:
            return line
        if " " not in words or " " in line[0].text:  # it is cut after the first word, or not at all
            return line
        whole = split_first_line(words, style, context, width, *others, **options)
        if whole[_RESUME_AT] is not None or whole[_WIDTH] > width:
            return line
        least = whole[_WIDTH] - _LESS if _NO_BREAK_SPACE in text[len(words) :] else None
        return split_first_line(text, style, context, least, *others, **options)

    return split
