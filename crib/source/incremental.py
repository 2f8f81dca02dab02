"""Markdown to the blocks of a file: a question that has not changed, nor moved, is not parsed again."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crib.engine.cached import cached_each
from crib.model.tree import pack, unpack
from crib.problems import Report
from crib.source.allowlist import check_allowed
from crib.source.captions import captioned
from crib.source.markdown import NOTE, read_markdown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from crib.model.elements import Elements

_QUESTION = re.compile(r"^(?=## )", re.MULTILINE)
_REFERENCE = re.compile(r"\[[^\]^][^\]]*\]:")
"""Begins the address that `[words][name]` anywhere in a file lead to (CommonMark 0.31.2, 4.7)."""

_Place = tuple[int, str]
"""The first line of a question, and all its text."""


class _OneFileError(Exception):
    """Questions cannot be parsed one without the others."""


def read_blocks(markdown: str, report: Report) -> Elements:
    """Return the blocks of *markdown*, vetted, each figure with its description, each table with its caption."""
    try:
        return [block for packed in _apart(list(_questions(markdown))) for block in unpack(packed)]
    except _OneFileError:
        return _blocks(markdown, report)


def _blocks(markdown: str, report: Report) -> Elements:
    blocks = read_markdown(markdown, report)
    check_allowed(blocks, report)
    found: Elements = captioned(blocks, report)
    return found


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
    """Return the blocks of each of *questions*; raise _OneFileError if anything is wrong, maybe in their neighbors."""
    report = Report("")
    blocks = _blocks("".join(_on_their_lines(questions)), report)
    starts = [i for i, block in enumerate(blocks) if block["t"] == "Header"]
    if report.problems or [blocks[i]["line"] for i in starts] != [line for line, _ in questions]:
        raise _OneFileError
    return [pack(blocks[start:end]) for start, end in zip(starts, [*starts[1:], None], strict=True)]


def _on_their_lines(questions: Iterable[_Place]) -> Iterator[str]:
    """Yield the text of *questions* after as many blank lines as others, or nothing, take before them."""
    here = 1
    for line, text in questions:
        yield "\n" * (line - here) + text
        here = line + text.count("\n")
