"""Recognize the questions in a document: by its outline, and by recognizers on the blocks below each heading."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from crib.importers import solution_manual
from crib.importers.answer_lists import with_answers
from crib.importers.drafts import Draft, line_of
from crib.importers.log import NAVIGATION, NOT_AN_ANSWER, text_for_people
from crib.importers.outline import Questions, Section, flat, outline
from crib.importers.parse_draft import parse_draft
from crib.importers.questions import Imported, ImportedChapter
from crib.importers.recognizers.details import is_folded_answer, with_labels, without_groups
from crib.importers.recognizers.list_items import unwrap_items
from crib.importers.scan import LABELED, RECOGNIZERS, recognized, scan
from crib.importers.wording import is_navigation, is_navigation_heading
from crib.model.chapter_names import readable
from crib.model.elements import children
from crib.model.keys import slug
from crib.model.tree import plain

if TYPE_CHECKING:
    from crib.importers.documents import SourceDocument
    from crib.importers.questions import ImportedQuestion
    from crib.model.elements import Element, Elements


def recognize(document: SourceDocument, chapter_level: int = 0) -> Imported:
    """Return the questions of *document*, in chapters.

    chapter_level  the level of headings of chapters; 0 for the nearest heading above each question
    """
    blocks = [block for block in document.blocks if not _is_title(block, document.title)]
    blocks = without_groups(with_labels(list(flat(blocks))))
    root = outline(unwrap_items(with_answers(blocks)))
    questions = Questions(root)
    if not questions.has_any and (imported := solution_manual.read(root, document)):
        return imported
    if not questions.has_any:
        questions.use_terms(root)
    collector = _Chapters(document, questions, chapter_level)
    collector.visit(root, ())
    top = [section for section in root.inner if section.level == root.inner[0].level] if root.inner else []
    title = document.title or (top[0].text if len(top) == 1 and not questions.has(top[0]) else "")
    return Imported(
        file=document.source.name,
        chapters=collector.chapters(title),
        left_out=tuple(document.log.left_out),
        title=title,
        language=document.language,
        media=document.media,
    )


def _is_title(block: Element, title: str) -> bool:
    """Return True if *block* repeats the title in the document's metadata."""
    return bool(title) and block["t"] in ("Div", "Para", "Plain") and text_for_people(block) == title


def _divided(blocks: Elements) -> tuple[Elements, Elements]:
    """Split *blocks*, the answer of a heading, before a labeled question, or after a folded answer if more follow."""
    for at, block in enumerate(blocks):
        if at and recognized(block, LABELED):
            return blocks[:at], blocks[at:]
        if is_folded_answer(block):
            rest = blocks[at + 1 :]
            more = any(is_folded_answer(block) or recognized(block, RECOGNIZERS) for block in rest)
            return (blocks[: at + 1], rest) if more else (blocks, [])
    return blocks, []


class _Chapters:
    """Collector of questions by the headings above them."""

    def __init__(self, document: SourceDocument, questions: Questions, level: int) -> None:
        self._log = document.log
        self._name = document.source.path.stem
        self._questions = questions
        self._level = level
        self._by_path: dict[tuple[str, ...], list[ImportedQuestion]] = {}

    def visit(self, section: Section, path: tuple[str, ...]) -> None:
        """Collect the questions of *section*; *path* has the headings above it."""
        self._log.near = section.text or self._log.near
        if self._questions.has(section) and section.heading:
            answer, others = _divided(self._answer(section))
            self._add(path, Draft(children(section.heading), line_of(section.heading), answer))
            for draft in scan(others, self._log):
                self._add(path, draft)
            return
        here = (*path, section.text) if section.heading else path
        if section.heading and not self._has_questions(section) and not section.all_blocks:
            self._log.leave_out_element(section.heading, "left out: a heading without questions")
        if is_navigation_heading(section.text):
            for block in section.blocks:
                self._log.leave_out_element(block, NAVIGATION)
        else:
            for draft in scan(section.blocks, self._log):
                self._add(here, draft)
        for inner in section.inner:
            self.visit(inner, here)

    def _has_questions(self, section: Section) -> bool:
        return any(self._questions.has(inner) for inner in section.all_sections)

    def _answer(self, section: Section) -> Elements:
        """Return the blocks of a question without navigation."""
        blocks = []
        for block in section.all_blocks:
            if is_navigation(block):
                self._log.leave_out_element(block, NAVIGATION)
            else:
                blocks.append(block)
        return blocks

    def _add(self, path: tuple[str, ...], draft: Draft) -> None:
        self._log.near = " ".join(plain(draft.question).split())
        question = parse_draft(draft)
        if not question.question:
            for block in draft.blocks:
                self._log.leave_out_element(block, NOT_AN_ANSWER)
            return
        text = plain(draft.question)
        anchors = tuple(dict.fromkeys((github_anchor(text), github_anchor(plain(question.question)), slug(text))))
        tags: tuple[str, ...] = ()
        if self._level:
            tags = tuple(slug(name) for name in path[self._level :])
            path = path[: self._level]
        self._by_path.setdefault(path, []).append(replace(question, anchors=anchors, tags=(*question.tags, *tags)))

    def chapters(self, title: str) -> tuple[ImportedChapter, ...]:
        """Return the chapters, each with the shortest unique title."""
        names = [path[-1] if path else title or readable(self._name) for path in self._by_path]
        titles = [
            f"{path[-2]}: {name}" if names.count(name) > 1 and len(path) > 1 else name
            for name, path in zip(names, self._by_path, strict=True)
        ]
        return tuple(
            ImportedChapter(name, tuple(questions))
            for name, questions in zip(titles, self._by_path.values(), strict=True)
        )


def github_anchor(text: str) -> str:
    """Return GitHub's anchor of a heading: lower case, hyphens for spaces, no other punctuation."""
    anchor = "".join(c for c in text.strip().casefold() if c.isalnum() or c in " -_")
    return anchor.replace(" ", "-")
