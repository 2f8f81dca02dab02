"""Write imported questions as chapters in Markdown, with unique keys."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crib import limits
from crib.importers.emoji import without_emoji
from crib.importers.html import box_text
from crib.importers.inlines import words
from crib.importers.log import ImportLog
from crib.importers.tidy import Tidy
from crib.importers.write_markdown import attributes_of, write_blocks, write_lines
from crib.model.elements import alt, bullet_list, children, list_items, paragraph, plain_block
from crib.model.first_part import first_part
from crib.model.keys import slug, unique_keys
from crib.model.numbers import is_letter, label_of
from crib.model.tree import find_all, plain
from crib.problems import short
from crib.source.task_lists import IN_A_CHOICE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crib.importers.pictures import PictureStore
    from crib.importers.questions import Imported, ImportedQuestion, LeftOut
    from crib.model.elements import Element, Elements

NO_ANSWER = "No answer yet."
"""Written in place of a missing answer: no book can be built with a question without one."""

_TYPED = re.compile(r"[^<>]{0,99}[^<>\s][^<>]{0,99}")
"""Answers allowed for typing: see `schema/answer.json`."""

_GIST_LINES = 6
_MOST_TITLE = 300
_MOST_WORDS = 30
"""Words left of a question too long for a line."""

_PARTS = ("question", "gist", "choices", "answer", "cloze", "hint")
_DIVS = ("gist", "choices", "cloze", "hint")


@dataclass(frozen=True)
class WrittenAnswer:
    """The Markdown of a question with its answer; `origin` identifies it in the source."""

    key: str
    text: str
    question: str
    origin: str = ""
    is_empty: bool = False


@dataclass(frozen=True)
class WrittenChapter:
    """A chapter to write: title, answers, and exercises with the names of their sources."""

    title: str
    number: int
    answers: tuple[WrittenAnswer, ...]
    exercises: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class WrittenBook:
    """A book to write; `sources` are the titles and addresses in `book.yaml`, by name."""

    title: str
    language: str
    chapters: tuple[WrittenChapter, ...]
    sources: Mapping[str, tuple[str, str]]
    left_out: tuple[LeftOut, ...]


def write_chapters(imports: Sequence[Imported], pictures: PictureStore, keys: Mapping[str, str]) -> WrittenBook:
    """Return the book of all *imports*.

    keys  the keys of an earlier import, by origin or text of the question (`identity_of`)
    """
    keyed = _with_keys(imports, keys)
    left_out: list[LeftOut] = []
    sources = _Sources()
    chapters: dict[str, WrittenChapter] = {}
    for imported in keyed:
        log = ImportLog(imported.file)
        links = {anchor: q.key for chapter in imported.chapters for q in chapter.questions for anchor in _names(q)}
        tidy = Tidy(log, links, partial(pictures.replace, media=imported.media, log=log))
        for chapter in imported.chapters:
            written = WrittenChapter(
                title=_title(chapter.title),
                number=chapter.number,
                answers=tuple(_written(chapter.questions, tidy, log, sources, links)),
                exercises=tuple((numbers, sources.name(address)) for numbers, address in chapter.exercises),
            )
            if before := chapters.get(written.title):
                written = replace(
                    before,
                    answers=(*before.answers, *written.answers),
                    exercises=(*before.exercises, *written.exercises),
                )
            chapters[written.title] = written
        left_out += [*imported.left_out, *log.left_out]
    titles = [imported.title for imported in keyed if imported.title]
    return WrittenBook(
        title=_title(titles[0]) if len(set(titles)) == 1 else "",
        language=next((imported.language for imported in keyed if imported.language), ""),
        chapters=tuple(_numbered(list(chapters.values()))),
        sources=sources.all,
        left_out=tuple(left_out),
    )


def _title(text: str) -> str:
    """Return *text* as a title, neither empty nor very long."""
    return short(without_emoji(text)[0].strip(), _MOST_TITLE) or "Questions"


def identity_of(question: ImportedQuestion) -> str:
    """Return the text that identifies a question when its source is imported again."""
    return question.origin or " ".join(plain(question.question).split())


def _names(question: ImportedQuestion) -> set[str]:
    return {name for name in question.anchors if name}


def _with_keys(imports: Sequence[Imported], keys: Mapping[str, str]) -> list[Imported]:
    """Return *imports* with a unique key in each question: from an earlier import, from its source, or a new one."""
    questions = [q for imported in imports for chapter in imported.chapters for q in chapter.questions]
    unused = dict(keys)
    old = [unused.pop(identity_of(question), "") for question in questions]
    slugs = [
        slug(question.key or plain(question.question)) for question, key in zip(questions, old, strict=True) if not key
    ]
    new = unique_keys(slugs, set(keys.values()))
    final = iter([key or next(new) for key in old])
    return [
        replace(imported, chapters=tuple(
            replace(chapter, questions=tuple(replace(q, key=next(final)) for q in chapter.questions))
            for chapter in imported.chapters
        ))
        for imported in imports
    ]  # fmt: skip


def _numbered(chapters: list[WrittenChapter]) -> Iterator[WrittenChapter]:
    """Yield *chapters* with numbers: their own if all have a unique one, otherwise their position."""
    numbers = [chapter.number for chapter in chapters]
    own = all(numbers) and len(set(numbers)) == len(numbers)
    for at, chapter in enumerate(chapters, 1):
        yield chapter if own else replace(chapter, number=at)


def _written(
    questions: Sequence[ImportedQuestion], tidy: Tidy, log: ImportLog, sources: _Sources, links: Mapping[str, str]
) -> Iterator[WrittenAnswer]:
    """Yield the Markdown of each of *questions*."""
    parts = [_parts(question, tidy, log) for question in questions]
    lines = write_lines([part["question"] for part in parts])
    blocks = {name: write_blocks([part[name] for part in parts]) for name in _PARTS[1:]}
    number = 0
    for at, question in enumerate(questions):
        number += 1
        label = question.number if question.number != number or is_letter(question.number) else 0
        number = question.number or number
        texts = {name: written[at] for name, written in blocks.items()}
        is_empty = not any(texts[name] for name in ("gist", "choices", "answer")) and not question.typed
        if is_empty:
            texts["answer"] = NO_ANSWER
            log.near = lines[at]
            why = f"the source has no answer: “{NO_ANSWER}” is in its place"
            log.leave_out(question.line, plain(question.question), why)
        heading = f"## {lines[at]} {attributes_of(question.key, _pairs(question, label, sources, links))}"
        body = [_block(name, texts[name]) for name in _PARTS[1:] if texts[name]]
        text = "\n\n".join([heading, *body])
        yield WrittenAnswer(
            key=question.key,
            text=text.replace("[^", f"[^{question.key}-") if "[^" in texts["answer"] else text,
            question=identity_of(question),
            origin=question.origin,
            is_empty=is_empty,
        )


def _pairs(
    question: ImportedQuestion, number: int, sources: _Sources, links: Mapping[str, str]
) -> list[tuple[str, str]]:
    return [
        ("n", label_of(number) if number else ""),
        ("tags", " ".join(dict.fromkeys(filter(None, map(slug, question.tags))))),
        ("level", question.level),
        ("see", " ".join(links[anchor] for anchor in question.see if anchor in links)),
        ("source", sources.name(question.source[1], question.source[0]) if question.source else ""),
        ("reverse", "true" if question.reverse else ""),
        ("answer", question.typed if _TYPED.fullmatch(question.typed) and not question.choices else ""),
    ]


def _block(name: str, text: str) -> str:
    return f"::: {name}\n{text}\n:::" if name in _DIVS else text


def _parts(question: ImportedQuestion, tidy: Tidy, log: ImportLog) -> dict[str, Elements]:
    """Return the text parts of *question* by the names in `_PARTS`."""
    log.near = plain(question.question)
    stem = tidy.blocks(question.stem)
    hint = tidy.blocks(question.hint)
    choices = [_boxed(choice.right, tidy.blocks(choice.words)) for choice in question.choices]
    gist = tidy.blocks(question.gist)
    answer = [*stem, *tidy.blocks(question.answer)]
    if not gist and not choices and next(find_all(answer, "Image"), None):
        gist = _in_words(answer)
    line = tidy.inlines(question.question) or words(question.key)
    if len(plain(line)) > limits.QUESTION_LENGTH // 2:
        answer = [paragraph(line), *answer]
        line = words(" ".join([*plain(line).split()[:_MOST_WORDS], "…"])[: limits.QUESTION_LENGTH // 2])
    return {
        "question": line,
        "gist": gist,
        "choices": [bullet_list(choices)] if choices else [],
        "answer": answer,
        "cloze": tidy.blocks(question.cloze),
        "hint": [*_without_notes(stem), *hint],
    }


def _in_words(answer: Elements) -> Elements:
    """Return the first words of an *answer* with pictures: a card may have no room for these."""
    texts = [block for block in answer if block["t"] == "Para" and not next(find_all(block, "Image", "Note"), None)]
    if texts:
        return first_part(texts[:1], _GIST_LINES)[0]
    return [paragraph(words(plain(alt(image)))) for image in find_all(answer, "Image")][:1]


def _boxed(right: bool, blocks: Elements) -> Elements:  # noqa: FBT001 - a part of the choice
    """Return the *blocks* of a choice after a box."""
    box = [box_text(right), {"t": "Space"}]
    blocks = list(_without_lists(blocks))
    if blocks and blocks[0]["t"] == "Para":
        return [plain_block([*box, *children(blocks[0])]), *blocks[1:]]
    return [plain_block(box[:1]), *blocks]


def _without_lists(blocks: Elements) -> Iterator[Element]:
    """Yield *blocks* in a form allowed in a choice: lists and quotations are replaced by their text."""
    for block in blocks:
        if block["t"] in IN_A_CHOICE:
            yield block
        elif block["t"] in ("BulletList", "OrderedList"):
            for item in list_items(block):
                yield from _without_lists(item)
        elif block["t"] in ("BlockQuote", "Div"):
            yield from _without_lists(children(block))
        else:
            yield paragraph(words(plain(block)))


def _without_notes(blocks: Elements) -> Elements:
    return [block for block in blocks if next(find_all(block, "Note"), None) is None]


class _Sources:
    """Names of the sources of answers, and of solutions of exercises, by address."""

    def __init__(self) -> None:
        self.all: dict[str, tuple[str, str]] = {}

    def name(self, address: str, title: str = "") -> str:
        """Return the name of *address*, a new one at first; the default *title* is the address."""
        for name, (_, url) in self.all.items():
            if url == address:
                return name
        parts = urlsplit(address)
        base = slug(parts.path.rstrip("/").rpartition("/")[2] or parts.netloc)
        name = next(unique_keys([base], self.all))
        self.all[name] = title or f"{parts.netloc}{parts.path}".rstrip("/"), address
        return name
