"""Parse a chapter incrementally: reuse cached blocks of unchanged questions on unchanged lines."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crib.engine.cached import cached_each
from crib.model.tree import pack, unpack
from crib.problems import Report
from crib.source.allowlist import check_allowed
from crib.source.captions import captioned
from crib.source.card_tables import is_row, with_card_rows
from crib.source.headings import normalize_headings
from crib.source.markdown import NOTE, read_markdown
from crib.source.task_lists import with_boxes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from crib.model.elements import Elements

_QUESTION = re.compile(r"^(?=## )", re.MULTILINE)
_REFERENCE = re.compile(r"\[[^\]^][^\]]*\]:")
"""The start of a link reference definition; it affects any `[words][name]` in the file (CommonMark 0.31.2, 4.7)."""

_Place = tuple[int, str]
"""The first line of a question, and all its text."""


class _OneFileError(Exception):
    """The questions of a file cannot be parsed separately."""


def read_blocks(markdown: str, report: Report) -> Elements:
    """Return the checked blocks of *markdown*, with descriptions inside figures and captions inside tables."""
    try:
        return [block for packed in _apart(list(_questions(markdown))) for block in unpack(packed)]
    except _OneFileError:
        return _blocks(markdown, report)


def _blocks(markdown: str, report: Report) -> Elements:
    blocks = normalize_headings(read_markdown(markdown, report), markdown, report)
    check_allowed(blocks, report)
    with_captions: Elements = captioned(with_card_rows(blocks, report), report)
    return with_boxes(with_captions, markdown)


def _questions(markdown: str) -> Iterator[_Place]:
    names = NOTE.findall(markdown)
    before, *questions = _QUESTION.split(markdown)
    if before.strip() or _REFERENCE.search(markdown) or len(names) > len(set(names)):
        raise _OneFileError
    line = before.count("\n") + 1
    for text in questions:
        yield line, text
        line += text.count("\n")


@cached_each()
def _apart(questions: Sequence[_Place]) -> list[bytes]:
    """Return the blocks of each of *questions*. Raises _OneFileError on any problem."""
    report = Report("")
    blocks = _blocks("".join(_on_their_lines(questions)), report)
    starts = [i for i, block in enumerate(blocks) if block["t"] == "Header" and not is_row(block)]
    if report.problems or [blocks[i]["line"] for i in starts] != [line for line, _ in questions]:
        raise _OneFileError
    return [pack(blocks[start:end]) for start, end in zip(starts, [*starts[1:], None], strict=True)]


def _on_their_lines(questions: Iterable[_Place]) -> Iterator[str]:
    """Yield the text of *questions*, with blank lines in place of all others."""
    here = 1
    for line, text in questions:
        yield "\n" * (line - here) + text
        here = line + text.count("\n")
