"""The outline of a document: nested sections, and headings that are questions."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crib.importers.drafts import ASKS
from crib.importers.recognizers.definitions import recognize_list
from crib.importers.recognizers.details import is_folded_answer
from crib.importers.scan import LABELED, RECOGNIZERS, recognized
from crib.importers.wording import (
    ANSWER_LABEL,
    ends_as_question,
    is_answer_heading,
    is_counted,
    is_navigation,
    is_navigation_heading,
    is_question,
    number_of,
)
from crib.model.elements import attributes, children, heading_level, list_items
from crib.model.tree import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crib.model.elements import Element, Elements

_SECTIONS = ("section", "sect1", "sect2", "sect3", "sect4", "sect5")


@dataclass
class Section:
    """A heading, the blocks directly below it, and its subsections; the root has no heading."""

    heading: Element | None
    level: int
    blocks: Elements = field(default_factory=list)
    inner: list[Section] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The words of the heading."""
        return " ".join(plain(children(self.heading)).split()) if self.heading else ""

    @property
    def all_blocks(self) -> Elements:
        """All blocks below the heading, with the headings in between."""
        blocks = list(self.blocks)
        for section in self.inner:
            blocks += [section.heading] if section.heading else []
            blocks += section.all_blocks
        return blocks

    @property
    def all_sections(self) -> Iterator[Section]:
        """The section itself and all its subsections, in order."""
        yield self
        for section in self.inner:
            yield from section.all_sections


def outline(blocks: Elements) -> Section:
    """Return the sections of *blocks*."""
    root = Section(None, 0)
    path = [root]
    for block in flat(blocks):
        if block["t"] == "Header":
            level = _level(block, path)
            while path[-1].level >= level:
                path.pop()
            section = Section(block, level)
            path[-1].inner.append(section)
            path.append(section)
        else:
            path[-1].blocks.append(block)
    return root


def _level(header: Element, path: list[Section]) -> int:
    """Return the level of *header* below the sections of *path*, corrected for inconsistent levels."""
    level, text = heading_level(header), plain(header)
    last = path[-1]
    if header.get(ASKS):
        questions = (section.level for section in path if section.heading and section.heading.get(ASKS))
        return min(level, next(questions, level)) if level != last.level else level
    if last.heading and level <= last.level and begins_answer(text) and not begins_answer(last.text):
        return last.level + 1 if level == last.level or is_question(last.text) else level
    number = number_of(text)
    before = next((section for section in reversed(path) if number_of(section.text)), None)
    if number > 1 and before and number_of(before.text) == number - 1:
        return min(level, before.level)
    return level


def begins_answer(text: str) -> bool:
    """Return True if a heading begins an answer: `Answer`, `Solution:`, `Answer: B`."""
    return is_answer_heading(text) or bool(ANSWER_LABEL.match(text))


def flat(blocks: Elements) -> Iterator[Element]:
    """Yield *blocks* without the wrappers of sections."""
    for block in blocks:
        if block["t"] == "Div" and (set(attributes(block)[1]) & set(_SECTIONS) or not any(attributes(block))):
            yield from flat(children(block))
        else:
            yield block


class Questions:
    """Classifier of sections: which of them are questions."""

    def __init__(self, root: Section) -> None:
        """Find the level of headings that are questions."""
        sections = [section for section in root.all_sections if section.heading]
        asking = [section for section in sections if self._asks(section)]
        levels = Counter(section.level for section in asking)
        self._level = max(levels, key=lambda level: (levels[level], -level), default=0)
        self.has_any = bool(asking) or _strong(root.all_blocks) or any(map(recognize_list, root.all_blocks))
        same = [section for section in sections if section.level == self._level and section.blocks]
        self._all = len(levels) > 0 and levels[self._level] * 2 >= len(same)

    def use_terms(self, root: Section) -> None:
        """Treat all headings of the deepest level as questions, since the document has no others."""
        deepest = max((section.level for section in root.all_sections), default=0)
        with_text = [s for s in root.all_sections if s.level == deepest and s.heading]
        if deepest and len(with_text) > 1 and all(section.blocks for section in with_text):
            self._level, self._all = deepest, True

    def has(self, section: Section) -> bool:
        """Return True if *section* is a question with its answer."""
        if not section.heading or is_navigation_heading(section.text):
            return False
        if section.heading.get(ASKS) or _has_answer_heading(section):
            return True
        if any(part.heading and part.heading.get(ASKS) for part in section.all_sections):
            return False
        if is_question(section.text) and any(map(is_folded_answer, section.blocks)):
            return True
        if _strong(section.all_blocks) and not self._outer_question(section):
            return False
        if not (is_question(section.text) or is_counted(section.text)) and any(map(recognize_list, section.blocks)):
            return False
        if section.level == self._level:
            return bool(self._all and section.all_blocks) or self._asks(section) or ends_as_question(section.text)
        inner = any(self.has(part) for part in section.inner)
        return bool(section.blocks) and ends_as_question(section.text) and not inner

    def _asks(self, section: Section) -> bool:
        """Return True if *section* reads as a question with its answer directly below."""
        if section.heading and (section.heading.get(ASKS) or _has_answer_heading(section)):
            return True
        content = [block for block in section.blocks if not is_navigation(block) and block["t"] != "HorizontalRule"]
        if (
            not content
            or is_navigation_heading(section.text)
            or not (is_question(section.text) or is_counted(section.text))
        ):
            return False
        if not (ends_as_question(section.text) or is_counted(section.text)) and _is_numbered_list(content):
            return False
        return self._outer_question(section) or not _strong(section.blocks)

    def _outer_question(self, section: Section) -> bool:
        """Return True if *section* is a question although others seem to be inside its answer."""
        folded = any(map(is_folded_answer, section.blocks))
        has_answer = bool(section.blocks) and not recognized(section.blocks[0], LABELED)
        strong = [block for block in section.all_blocks if recognized(block, RECOGNIZERS)]
        others = all(block["t"] in ("Para", "Plain") or recognized(block, LABELED) for block in strong)
        return ends_as_question(section.text) and (folded or (has_answer and others))


def _strong(blocks: Elements) -> bool:
    return any(recognized(block, RECOGNIZERS) for block in blocks)


def _has_answer_heading(section: Section) -> bool:
    """Return True if a subheading begins the answer, and the section is not a chapter of many questions."""
    answers = [inner for inner in section.inner if begins_answer(inner.text)]
    return bool(answers) and (bool(section.blocks) or is_question(section.text)) and not begins_answer(section.text)


def _is_numbered_list(content: Elements) -> bool:
    return any(block["t"] == "OrderedList" and len(list_items(block)) > 1 for block in content)
