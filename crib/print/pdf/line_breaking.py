"""Line breaking: patches for lines broken too early or too late by WeasyPrint.

- Pango lets spaces at the end of a line hang over its edge, an overflow to WeasyPrint. If only the space after a text
  does not fit, as before a link, WeasyPrint keeps only the first word; and if only a space in a line of code does not
  fit, the line is broken there.
- WeasyPrint breaks an overlong word only at the start of a line, and treats even an empty box before it as content.

Depends on `split_first_line` and `split_inline_level` in `weasyprint.layout.inline` of WeasyPrint 70.0.
"""

from __future__ import annotations

from typing import Any

_NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"
_COLLAPSES_SPACE = ("normal", "pre-line")
_RESUME_AT, _WIDTH = 2, 3  # indexes in the result of `split_first_line`
_BEFORE = 11  # the position of `line_children` among the arguments of `split_inline_level`
_LESS = 0.01
"""The smallest difference in width that matters to Pango, in pixels."""


def mend_line_breaking() -> None:
    """Patch WeasyPrint to fill lines completely, without overflow."""
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
            trimmed = split_first_line(visible, style, context, None, *others, **options)
            return (trimmed[0], *line[1:_WIDTH], *trimmed[_WIDTH:]) if trimmed[_WIDTH] <= width else line
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
