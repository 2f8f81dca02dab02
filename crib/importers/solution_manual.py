"""Import solution manuals: numbered answers without questions, below headings of chapters.

The question is the code of the exercise. An answer with only a link becomes an exercise with its solution in
another source.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crib.importers.drafts import line_of
from crib.importers.footnotes import with_notes
from crib.importers.inlines import words
from crib.importers.log import NOT_AN_ANSWER
from crib.importers.questions import Imported, ImportedChapter, ImportedQuestion
from crib.model.elements import children, list_items, numbering, target
from crib.model.tree import find_all, plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crib.importers.documents import SourceDocument
    from crib.importers.log import ImportLog
    from crib.importers.outline import Section
    from crib.model.elements import Element, Elements

_CHAPTER = re.compile(
    r"^\s*(?:chapter|chap\.?|chapitre|kapitel|capítulo|unit|lesson|part|section|appendix)?\s*(\d{1,3})\s*[:.)–—-]?\s+",
    re.IGNORECASE,
)
_POINTS = re.compile(
    r"\b(?:see|available|refer|found|online|visit|voir|siehe)\b.*\b(?:at|in|on|the|notebooks?|repository|website)\b",
    re.IGNORECASE | re.DOTALL,
)
_EXERCISES = re.compile(
    r"\b(?:exercises?|questions?|problems?|exercices?|aufgaben?)\s+((?:\d+|[,–—-]|\s|and|to|et|und)+)", re.IGNORECASE
)
_RANGE = re.compile(r"(\d+)\s*(?:to|through|[–—-])\s*(\d+)")
_POINTER_LENGTH = 250
"""Characters of a paragraph with only a link."""


@dataclass
class _Chapter:
    title: str
    number: int
    answers: dict[int, tuple[Elements, int]] = field(default_factory=dict)
    elsewhere: dict[str, str] = field(default_factory=dict)


def read(root: Section, document: SourceDocument) -> Imported | None:
    """Return the answers below the headings of *root*; None without such lists."""
    log = document.log
    blocks = with_notes(root, log)
    chapters: list[_Chapter] = []
    title = ""
    for section in root.all_sections:
        log.near = section.text
        chapter = _chapter(section, blocks.get(id(section), section.blocks), len(chapters) + 1)
        if chapter and (chapter.answers or chapter.elsewhere):
            chapters.append(chapter)
            _leave_out_others(section, blocks.get(id(section), section.blocks), log)
        else:
            title = title or section.text
            _leave_out_others(section, section.blocks, log)
    if not any(chapter.answers for chapter in chapters):
        log.left_out.clear()
        return None
    return Imported(
        file=document.source.name,
        chapters=tuple(map(_imported, chapters)),
        left_out=tuple(document.log.left_out),
        title=document.title or title,
        language=document.language,
        media=document.media,
    )


def _chapter(section: Section, blocks: Elements, count: int) -> _Chapter | None:
    match = _CHAPTER.match(section.text)
    chapter = _Chapter(section.text[match.end() :] if match else section.text, int(match[1]) if match else count)
    has_list = False
    for block in blocks:
        if block["t"] == "OrderedList":
            has_list = True
            start, _ = numbering(block)
            for number, item in enumerate(list_items(block), start):
                _take(chapter, number, item, block)
    for block in blocks:
        if address := _points_to(block):
            for numbers in _numbers(plain(block)) or ([] if has_list else ["all"] if match else []):
                chapter.elsewhere[numbers] = address
    return chapter


def _take(chapter: _Chapter, number: int, item: Elements, block: Element) -> None:
    """Add a list *item* to *chapter*: an answer, or a link to one."""
    if len(item) == 1 and (address := _points_to(item[0])) and "notebook" in plain(item[0]).casefold():
        chapter.elsewhere[str(number)] = address
    elif item:
        chapter.answers[number] = item, line_of(item[0], line_of(block))


def _points_to(block: Element) -> str:
    """Return the address in a paragraph with only a reference to it; empty otherwise."""
    if block["t"] not in ("Para", "Plain"):
        return ""
    text = plain(block)
    links = [target(link) for link in find_all(block, "Link") if target(link).startswith(("http://", "https://"))]
    points = len(text) <= _POINTER_LENGTH and (_POINTS.search(text) or _numbers(text))
    return links[-1] if links and points else ""


def _numbers(text: str) -> list[str]:
    """Return the exercises named in *text*, as `12` or `8-10`."""
    match = _EXERCISES.search(text)
    if not match:
        return []
    numbers: set[int] = set()
    for first, last in _RANGE.findall(match[1]):
        numbers |= set(range(int(first), min(int(last), int(first) + 999) + 1))
    numbers |= {int(number) for number in re.findall(r"\d+", match[1])}
    return list(_spans(sorted(numbers)))


def _spans(numbers: list[int]) -> Iterator[str]:
    while numbers:
        count = 1
        while count < len(numbers) and numbers[count] == numbers[0] + count:
            count += 1
        yield str(numbers[0]) if count == 1 else f"{numbers[0]}-{numbers[count - 1]}"
        numbers = numbers[count:]


def _imported(chapter: _Chapter) -> ImportedChapter:
    questions = tuple(
        ImportedQuestion(
            question=words(f"{chapter.number}.{number}"),
            answer=blocks,
            line=line,
            number=number,
            key=f"exercise-{chapter.number}-{number}",
        )
        for number, (blocks, line) in sorted(chapter.answers.items())
    )
    return ImportedChapter(chapter.title, questions, chapter.number, tuple(chapter.elsewhere.items()))


def _leave_out_others(section: Section, blocks: Elements, log: ImportLog) -> None:
    """Log all blocks except answers and recognized references."""
    for block in blocks:
        pointer = _points_to(block) and (_numbers(plain(block)) or _CHAPTER.match(section.text))
        if block["t"] != "OrderedList" and not pointer and (children(block) if block["t"] == "Para" else True):
            log.leave_out_element(block, NOT_AN_ANSWER)
