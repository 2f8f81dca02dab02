"""Read `notation.md`, the explanation of signs in formulas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crib.engine.cached import cached
from crib.files import is_there
from crib.model import Text
from crib.model.tree import find_all
from crib.problems import Report
from crib.source.allowlist import check_allowed
from crib.source.captions import captioned
from crib.source.card_tables import is_card_table
from crib.source.markdown import read_markdown
from crib.source.task_lists import with_boxes
from crib.source.text_file import read_text

if TYPE_CHECKING:
    from pathlib import Path

    from crib.problem_codes import Code
    from crib.problems import Problem

_MISPLACED: dict[str, tuple[Code, str]] = {
    "Header": ("heading", "a heading"),
    "Div": ("misplaced-block", "a `:::` block"),
    "Note": ("misplaced-note", "a note"),
    "Image": ("misplaced-image", "a picture"),
    "Span": ("misplaced-span", "[words]{…}"),
}


def read_notation(path: Path, report: Report) -> Text | None:
    """Return the text in *path*, read as far as possible; None without this file."""
    text = read_text(path, report) if is_there(path) else None
    if text is None:
        return None
    notation, problems = _notation(text, report.file)
    report.problems += problems
    return notation


@cached
def _notation(text: str, file: str) -> tuple[Text, list[Problem]]:
    report = Report(file)
    blocks = read_markdown(text, report)
    misplaced = list(find_all(blocks, *_MISPLACED))
    for element in misplaced:
        code, what = _MISPLACED[element["t"]]
        report.add(
            element["line"],
            code,
            f"notation.md cannot contain {what}",
            "use only paragraphs, lists, tables and formulas",
        )
    for table in filter(is_card_table, blocks):
        report.add(
            table["line"], "misplaced-cards", "notation.md cannot contain a table of cards", "move it to a chapter"
        )
    if not misplaced:
        check_allowed(blocks, report)
        blocks = with_boxes(captioned(blocks, report), text)
    return Text(file, blocks), report.problems
