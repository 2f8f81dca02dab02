"""Parse Markdown into elements with line numbers; report everything that pandoc would silently drop or change."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import partial
from typing import TYPE_CHECKING

from crib import limits
from crib.markup import pandoc
from crib.markup.positions import located
from crib.model.elements import (
    children,
    heading_level,
    target,
    text_of,
    with_children,
)
from crib.model.tables import body_rows, column_count, header_cells
from crib.model.tree import find_all, plain, rewrite
from crib.source.card_tables import with_table_classes
from crib.source.html import with_html
from crib.source.text_limits import check_blocks, check_markdown

if TYPE_CHECKING:
    from crib.model.elements import Element, Elements
    from crib.problems import Report

_END = "EndOfTheChapterFile"
_FAKE_POSITION = re.compile(r"\{[^{}]*\bdata-pos\s*=")
NOTE = re.compile(r"^ {0,3}\[\^([^\]\s]+)\]:", re.MULTILINE)
"""The start of a footnote definition; its name is unique in the file."""

_CONTAINER = re.compile(r"(?:\s|>|[-*+:]\s|\d+[.)]\s|\[\^[^\]]+\]:)*")
_PIPE = re.compile(r"(?<!\\)\|")
_MARK = re.compile(r"\[\^[^\]\s]+\]")
_NOTE_MARK = re.compile(r"\[\^([^\]\s]+)\](?!:)")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_TEXT = {"Str", "Code", "Math"}


def read_markdown(markdown: str, report: Report) -> Elements:
    """Return the blocks of *markdown*, each element with its line; report unclosed blocks.

    To detect these, a paragraph is appended: pandoc puts it inside an open block.
    """
    if fake := _FAKE_POSITION.search(markdown):
        line = markdown.count("\n", 0, fake.end()) + 1
        report.add(line, "attribute", "the attribute `data-pos` is not allowed", "remove it")
        return []
    if not check_markdown(markdown, report):
        return []
    try:
        blocks = located(pandoc.read(f"{markdown}\n\n{_END}\n"), partial(_too_deep, report))
    except pandoc.PandocError as error:
        report.add(
            1, "pandoc", error.problems[0].text, "split the chapter into two files, or shorten its longest answers"
        )
        return []
    blocks = _closed(blocks, report)
    if not _is_end(blocks[-1]):
        report.add(
            blocks[-1]["line"],
            "unclosed",
            "the block, code or comment that starts here is never closed",
            "close code with ```, blocks with ::: and comments with -->",
        )
        blocks = [block for block in blocks if block["t"] != "RawBlock" or block is not blocks[-1]]
    blocks = with_table_classes(with_html(blocks, report))
    check_blocks(blocks, report)
    _check_notes(markdown, blocks, report)
    _check_text(markdown, blocks, report)
    _check_tables(markdown, blocks, report)
    return [block for block in blocks if not _is_end(block)]


def _too_deep(report: Report, line: int) -> None:
    report.add(
        line,
        "too-deep",
        f"elements are nested more than {limits.NESTING} levels deep",
        "use fewer lists or quotations inside each other",
    )


def _closed(blocks: Elements, report: Report) -> Elements:
    """Return *blocks*, with questions (and the appended paragraph) moved out of unclosed blocks."""
    result: Elements = []
    for block in blocks:
        if block["t"] != "Div":
            result.append(block)
            continue
        inside = _closed(children(block), report)
        cut = next((i for i, b in enumerate(inside) if _starts_a_part(b) or _is_end(b)), None)
        if cut is not None:
            report.add(block["line"], "unclosed", "this block is never closed", "end it with a line `:::`")
        result.append(with_children(block, inside[:cut]))
        if cut is not None:
            result += inside[cut:]
    return result


def _starts_a_part(block: Element) -> bool:
    """Return True if *block* is a question or title: it cannot be inside another block."""
    return block["t"] == "Header" and heading_level(block) <= 2


def _is_end(block: Element) -> bool:
    return block["t"] == "Para" and plain(block) == _END


def _check_notes(markdown: str, blocks: Elements, report: Report) -> None:
    """Report footnotes dropped by pandoc: unused ones, and a second one of the same name."""
    prose = _COMMENT.sub(lambda comment: "\n" * comment[0].count("\n"), _without_code(markdown, blocks))
    marks = set(_NOTE_MARK.findall(prose))
    names: set[str] = set()
    for match in NOTE.finditer(prose):
        name, line = match[1], prose.count("\n", 0, match.start()) + 1
        if name in names:
            report.add(
                line,
                "duplicate-note",
                f"the note [^{name}] is defined twice",
                "give each note of a file its own name",
            )
        elif name not in marks:
            report.add(
                line,
                "unused-note",
                f"the note [^{name}] is never used",
                f"write [^{name}] where its mark belongs, or delete it",
            )
        names.add(name)


def _check_text(markdown: str, blocks: Elements, report: Report) -> None:
    """Report note marks and dollar signs read as plain text by pandoc although no backslash escapes them."""
    lines = markdown.split("\n")
    for line, text in _text_by_line(blocks).items():
        for mark in _MARK.findall(text):
            if re.search(rf"(?<!\\){re.escape(mark)}", lines[line - 1]):
                report.add(line, "undefined-note", f"the note {mark} is not defined", f"add a paragraph `{mark}: …`")
        if "$" in text and r"\$" not in lines[line - 1]:
            report.add(
                line,
                "stray-dollar",
                "this `$` does not start or end a formula",
                r"close every brace of the formula, put no space right inside its `$`, or write \$ for a dollar sign",
            )


def _text_by_line(blocks: Elements) -> dict[int, str]:
    """Return the words of each line without code, formulas and addresses."""
    words: dict[int, list[str]] = defaultdict(list)
    for element in find_all(rewrite(blocks, _no_address), "Str", "Space"):
        words[element["line"]].append(plain(element))
    return {line: "".join(parts) for line, parts in sorted(words.items())}


def _no_address(element: Element) -> Elements | None:
    """Drop a link with its address as words, such as `<https://example.org/$x>`."""
    return [] if element["t"] == "Link" and target(element).endswith(plain(children(element))) else None


def _check_tables(markdown: str, blocks: Elements, report: Report) -> None:
    """Report rows with more cells than the table has columns: pandoc drops the extra cells."""
    lines = markdown.split("\n")
    for table in (table for table in find_all(blocks, "Table") if "html" not in table):
        columns, rows = column_count(table), len(body_rows(table))
        # A table in a note has the position of the note's mark; the position of its text is right.
        first = max((e["line"] for e in find_all(header_cells(table), *_TEXT)), default=table["line"])
        for line, text in enumerate(lines[first - 1 : first + rows + 1], first):
            if len(_PIPE.findall(_CONTAINER.sub("", text, count=1).strip().strip("|"))) >= columns:
                report.add(
                    line,
                    "table-cells",
                    f"this row has more cells than the table has columns ({columns})",
                    r"inside a cell write \| for |, even in code and formulas",
                )


def _without_code(markdown: str, blocks: Elements) -> str:
    """Return *markdown* with its code blocks (and their fences) blank.

    Code inside a note stays: its position is that of the note's mark.
    """
    lines = markdown.split("\n")
    for element in find_all(blocks, "CodeBlock"):
        start, code = element["line"] - 1, text_of(element).split("\n")
        if any(code[0] in line for line in lines[start : start + 2]):
            end = min(start + len(code) + 2, len(lines))
            lines[start:end] = [""] * (end - start)
    return "\n".join(lines)
