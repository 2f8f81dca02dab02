"""Headings other than questions (title, table of contents, subheadings), and rules between questions."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from crib.model.elements import attributes, children, heading_level, paragraph, strong, target
from crib.model.tree import find_all, plain, rewrite
from crib.source.titles import check_heading_title

if TYPE_CHECKING:
    from crib.model.elements import Element, Elements
    from crib.problems import Report

_LONGEST_TITLE = 500  # as in schema/chapter.json
_EDGES = ("Header", "HorizontalRule")
_NO_HEADING = re.compile(r" {0,3}##+[^#\s]")
_SPACED_RULE = re.compile(r" {0,3}([*-])[ \t]+\1[ \t]+\1[*\- \t]*")
_LISTS = ("BulletList", "OrderedList")
_CONTENTS = {"contents", "table of contents"}
_CONTENTS_MARKS = {"[toc]", "[[toc]]", "[[_toc_]]"}


def is_question(block: Element) -> bool:
    """Return True if *block* starts a question."""
    return block["t"] == "Header" and heading_level(block) == 2


def normalize_headings(blocks: Elements, markdown: str, report: Report) -> Elements:
    """Turn headings of level 3 to 6 in *blocks* of *markdown* into bold paragraphs; drop rules between questions.

    Reports `##` without a space: Markdown does not read it as a heading.
    """
    lines = markdown.split("\n")
    for block in blocks:
        if block["t"] == "Para" and _NO_HEADING.match(lines[block["line"] - 1]):
            problem = "`##` without a space does not start a question"
            report.add(block["line"], "heading", problem, "write a space after `##`")
    blocks = [_as_rule(block, lines) for block in blocks]
    return _without_rules(_without_underlines(_without_subheadings(blocks, report), lines))


def _as_rule(block: Element, lines: list[str]) -> Element:
    """Return a rule for `* * *` and `- - -`: pandoc reads them as nested empty lists."""
    is_rule = block["t"] == "BulletList" and _SPACED_RULE.fullmatch(lines[block["line"] - 1])
    return {"t": "HorizontalRule", "line": block["line"]} if is_rule and not plain(block).strip() else block


def _without_subheadings(blocks: Elements, report: Report) -> Elements:
    if all(heading_level(header) <= 2 for header in find_all(blocks, "Header")):
        return blocks
    rewritten: Elements = rewrite(blocks, partial(_bold, report))
    return rewritten


def _bold(report: Report, element: Element) -> Elements | None:
    """Return a heading of level 3 to 6 as a bold paragraph."""
    if element["t"] != "Header" or heading_level(element) <= 2:
        return None
    if any(attributes(element)):
        report.add(element["line"], "attribute", "only questions may have a key and attributes", "remove the {…}")
    line = {"line": element["line"]}
    return [{**paragraph([{**strong(children(element)), **line}]), **line}] if children(element) else []


def _without_underlines(blocks: Elements, lines: list[str]) -> Elements:
    """Return *blocks* with the last line of an answer as a paragraph if a rule below it made it a heading.

    Markdown reads text right above `---` as a heading. It is a heading indeed if it has an answer, or if the file
    underlines its questions in this way.
    """
    result: Elements = []
    in_an_answer = False
    for next_at, block in enumerate(blocks, 1):
        is_marked = block["t"] == "Header" and lines[block["line"] - 1].lstrip().startswith("#")
        is_last = next_at == len(blocks) or blocks[next_at]["t"] in _EDGES
        if is_question(block) and not is_marked and in_an_answer and is_last and not any(attributes(block)):
            result.append({**paragraph(children(block)), "line": block["line"]})
            continue
        in_an_answer = is_marked or (in_an_answer and block["t"] != "Header")
        result.append(block)
    return result


def _without_rules(blocks: Elements) -> Elements:
    """Return *blocks* without rules next to a heading, at the beginning and at the end."""
    result: Elements = []
    for next_at, block in enumerate(blocks, 1):
        is_last = next_at == len(blocks) or blocks[next_at]["t"] in _EDGES
        at_an_edge = is_last or not result or result[-1]["t"] == "Header"
        if block["t"] != "HorizontalRule" or not at_an_edge:
            result.append(block)
    return result


def split_title(blocks: Elements, report: Report) -> tuple[str, Elements]:
    """Return the title at the beginning of *blocks*, and the blocks after it and after a table of contents.

    A heading of level 1 is a title, unless it has a key, or the file has several of them and no question: then the
    writer meant it as a question.
    """
    title = ""
    headings = [block for block in blocks if block["t"] == "Header"]
    if headings and headings[0] is blocks[0] and _is_title(headings):
        check_heading_title(children(blocks[0]), blocks[0]["line"], report)
        title, blocks = plain(children(blocks[0])).strip(), blocks[1:]
        if len(title) > _LONGEST_TITLE:
            problem = f"a title of more than {_LONGEST_TITLE} characters"
            report.add(headings[0]["line"], "too-long", problem, "shorten it")
    return title, _without_contents(blocks)


def _is_title(headings: Elements) -> bool:
    first, *others = headings
    is_alone = not others or any(map(is_question, others))
    return heading_level(first) == 1 and is_alone and not any(attributes(first))


def _without_contents(blocks: Elements) -> Elements:
    """Return *blocks* without a table of contents before the first question, and without its heading."""
    first = next((i for i, block in enumerate(blocks) if not _are_contents(block)), len(blocks))
    blocks = blocks[first:]
    if not blocks or not is_question(blocks[0]) or plain(children(blocks[0])).strip().casefold() not in _CONTENTS:
        return blocks
    end = next((i for i, block in enumerate(blocks[1:], 1) if not _are_contents(block)), len(blocks))
    ends_at_a_heading = end == len(blocks) or blocks[end]["t"] == "Header"
    return blocks[end:] if end > 1 and ends_at_a_heading else blocks


def _are_contents(block: Element) -> bool:
    """Return True if *block* is a list of only links to headings, or a placeholder for it (`[TOC]`)."""
    if block["t"] == "Para":
        return plain(block).strip().casefold() in _CONTENTS_MARKS
    return block["t"] in _LISTS and not plain(rewrite(block, _no_heading_link)).strip()


def _no_heading_link(element: Element) -> Elements | None:
    return [] if element["t"] == "Link" and target(element).startswith("#") else None
