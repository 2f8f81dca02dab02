"""One file of `content/` to a Chapter."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from crib.engine.cached import cached
from crib.model import Answer, Chapter, Exercises, Picture
from crib.model.elements import alt, attribute_pairs, attributes, children, target
from crib.model.tree import find_all, plain, walk
from crib.problems import Report
from crib.source.allowlist import GAP, TERM
from crib.source.incremental import read_blocks
from crib.source.picture_files import check_pictures
from crib.source.settings import check_settings, line_of, read_settings
from crib.source.text_file import read_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from crib.model import Source
    from crib.model.elements import Element, Elements
    from crib.problems import Problem
    from crib.source.settings import Settings

FILE_NAME = re.compile(r"(\d{2,3})-([a-z0-9]+(?:-[a-z0-9]+)*)\.md")

_KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?)^---[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_SINGLE_BLOCKS = ("gist", "hint", "cloze")
_RETIRED = 0
"""What stands for the number of a chapter in retired.md."""
_SWITCH = {"true": True, "false": False}

ChapterReading = tuple["Chapter | None", "list[Problem]"]
"""A chapter, as far as it can be made out, and what is wrong with it."""


@dataclass(frozen=True)
class _Question:
    header: Element
    blocks: Elements


def read_chapters(paths: Sequence[Path], folder: Path, sources: Mapping[str, Source]) -> Iterator[ChapterReading]:
    """Yield what is in each of *paths*: its chapter, None if it cannot be made out, and its problems."""
    reports = [Report(str(path)) for path in paths]
    texts = [read_text(path, report) for path, report in zip(paths, reports, strict=True)]
    parsed = _chapter.each(
        (text, path.name, str(path), sources) for path, text in zip(paths, texts, strict=True) if text is not None
    )
    for text, report in zip(texts, reports, strict=True):
        chapter = _with_pictures(*next(parsed), folder, report) if text is not None else None
        yield chapter, report.problems


def read_retired(path: Path, folder: Path, report: Report) -> Chapter | None:
    """Return the answers in *path* that the book no longer has; None if it cannot be made out.

    A cloze may stand there without its answer.
    """
    text = read_text(path, report)
    if text is None:
        return None
    chapter, problems = _retired(text, report.file)
    return _with_pictures(chapter, problems, folder, report)


def _with_pictures(
    chapter: Chapter | None, problems: Iterable[Problem], folder: Path, report: Report
) -> Chapter | None:
    """Return *chapter*, in whose text there are *problems*, with what its pictures are."""
    report.problems += problems
    return replace(chapter, answers=tuple(check_pictures(chapter.answers, folder, report))) if chapter else None


@cached
def _chapter(text: str, name: str, file: str, sources: Mapping[str, Source]) -> tuple[Chapter | None, list[Problem]]:
    """Return what the *text* of a file that is called *name* holds, and what is wrong with it."""
    report = Report(file)
    match = _FRONT_MATTER.match(text)
    if not match:
        hint = "begin the file with `---`, `title:` and `number:` lines, and `---` again"
        report.add(1, "front-matter", "no front matter", hint)
        return None, report.problems
    front = f"\n{match[1]}"
    settings = read_settings(front, "chapter", report)
    # Blank instead of cut off, so that lines keep their numbers
    blocks = read_blocks("\n" * match[0].count("\n") + text[match.end() :], report)
    digits, slug = name.removesuffix(".md").split("-", 1)
    number = int(digits)
    if settings.get("number", number) != number:
        report.add(
            1,
            "chapter-number",
            f"`number: {settings['number']}` in a file that is called {name}",
            "write the same number in both",
        )
    chapter = Chapter(
        number=number,
        title=settings.get("title", ""),
        slug=slug,
        file=file,
        answers=tuple(_answers(blocks, number, report)),
        exercises=tuple(_exercises(settings, front, sources, report)),
    )
    return chapter, report.problems


@cached
def _retired(text: str, file: str) -> tuple[Chapter, list[Problem]]:
    report = Report(file)
    answers = tuple(_answers(read_blocks(text, report), _RETIRED, report))
    return Chapter(_RETIRED, "", "", file, answers, ()), report.problems


def _exercises(settings: Settings, front: str, sources: Mapping[str, Source], report: Report) -> Iterator[Exercises]:
    last = 0
    for numbers, name in sorted(settings.get("exercises", {}).items(), key=lambda item: _span(item[0])):
        line = partial(line_of, front, "exercises", numbers)
        first, end = _span(numbers)
        if first > end or first <= last:
            told = f"the exercises `{numbers}` " + ("end before they begin" if first > end else "stand here twice")
            report.add(line(), "exercises", told, "write each exercise once, such as 7 or 8-10")
        if name not in sources:
            known = ", ".join(sources) or "none yet: add `sources:` to book.yaml"
            report.add(line(), "unknown-source", f"book.yaml has no source `{name}`", f"known: {known}")
        else:
            yield Exercises(numbers.replace("-", "–"), sources[name])
        last = max(last, end)


def _span(numbers: str) -> tuple[int, int]:
    """Return the first and last exercise of *numbers*: `7`, `8-10` or `all`."""
    if numbers == "all":
        return 1, 9999
    first, _, last = numbers.partition("-")
    return int(first), int(last or first)


def _answers(blocks: Elements, chapter: int, report: Report) -> Iterator[Answer]:
    number = 0
    for question in _questions(blocks, report):
        settings = _question_settings(question.header, report)
        number = int(settings.get("n", number + 1))
        yield _answer(question, settings, (chapter, number), report)


def _questions(blocks: Elements, report: Report) -> Iterator[_Question]:
    starts = [i for i, block in enumerate(blocks) if block["t"] == "Header"]
    ends = [*starts, len(blocks)]
    if ends[0]:
        report.add(
            blocks[0]["line"],
            "stray-text",
            "text that belongs to no question",
            "begin with `## A question? {#its-key}`",
        )
    for start, end in zip(starts, ends[1:], strict=True):
        yield _Question(blocks[start], blocks[start + 1 : end])


def _question_settings(header: Element, report: Report) -> Settings:
    """Return the attributes of *header* that are right; report its key and the others."""
    line = header["line"]
    key, _, pairs = attributes(header)
    names = [name for name, _ in attribute_pairs(header)]
    for name in sorted({name for name in names if names.count(name) > 1}):
        report.add(line, "duplicate-key", f"`{name}=` stands here a second time")
    if not key:
        report.add(line, "no-key", "a question without a key", "end the line with {#a-name-that-never-changes}")
    elif not _KEY.fullmatch(key):
        report.add(line, "bad-key", f"`#{key}` cannot be a key", "write lower-case words with hyphens")
    return check_settings(pairs, "answer", {(): line}, report)


def _answer(question: _Question, settings: Settings, place: tuple[int, int], report: Report) -> Answer:
    header, line = question.header, question.header["line"]
    words = children(header)
    blocks = {name: _block(name, question, report) for name in _SINGLE_BLOCKS}
    body = [b for b in question.blocks if _class(b) not in _SINGLE_BLOCKS]
    if not plain(words).strip():
        report.add(line, "no-question", "a question without text", "write it after `## `")
    cloze_alone = place[0] == _RETIRED and blocks["cloze"] and not (blocks["gist"] or blocks["hint"] or body)
    if not (blocks["gist"] or cloze_alone):
        report.add(line, "no-gist", "a question without a gist", "add a `::: gist` block below it")
    if not (body or cloze_alone):
        report.add(line, "no-answer", "a question without an answer", "write it below the gist")
    _check_nested([body, *blocks.values()], report)
    _check_notes([words, *blocks.values()], report)
    pictured = [alt(image) for image in find_all(body, "Image")]
    _check_terms([words, *blocks.values(), *pictured], report)
    _check_gaps(question, blocks["cloze"], report)
    key = attributes(header)[0]
    text = {"question": words, "body": body, **blocks}
    return Answer(
        key=key,
        chapter=place[0],
        number=place[1],
        tags=tuple(settings.get("tags", "").split()),
        level=settings.get("level", ""),
        see=tuple(settings.get("see", "").split()),
        reverse=_SWITCH.get(settings.get("reverse", "")),
        line=line,
        links=tuple(dict.fromkeys(link for link in _links(list(text.values())) if link != key)),
        pictures=tuple(
            Picture(target(image), part, image["line"])
            for part, elements in text.items()
            for image in find_all(elements, "Image")
        ),
    ).with_text(**text)


def _links(parts: list[Elements]) -> Iterator[str]:
    """Yield the key of each answer that *parts* link to."""
    addresses = map(target, find_all(parts, "Link"))
    return (address[1:] for address in addresses if address.startswith("#"))


def _block(name: str, question: _Question, report: Report) -> Elements:
    """Return what the block *name* of *question* holds; report a second one."""
    found = [block for block in question.blocks if _class(block) == name]
    for block in found[1:]:
        report.add(block["line"], "duplicate-block", f"a second {name} for one question", "join them")
    return children(found[0]) if found else []


def _check_nested(parts: list[Elements], report: Report) -> None:
    for element in walk(parts):
        if _class(element) in _SINGLE_BLOCKS:
            report.add(
                element["line"],
                "nested-block",
                f"a {_class(element)} inside another block",
                "write it at the margin, below the question",
            )


def _check_notes(parts: list[Elements], report: Report) -> None:
    """Report notes outside the answer: a sheet and the front of a card have no place for them."""
    for note in find_all(parts, "Note"):
        hint = "put the note into the answer below the gist"
        report.add(note["line"], "misplaced-note", "a note outside the full answer", hint)


def _check_terms(parts: list[Elements], report: Report) -> None:
    """Report terms where the index cannot lead to: outside the answer, or what is said of a picture."""
    for element in walk(parts):
        if _class(element) == TERM:
            report.add(
                element["line"],
                "misplaced-term",
                "a term outside the full answer",
                "mark it in the answer below the gist",
            )


def _check_gaps(question: _Question, cloze: Elements, report: Report) -> None:
    gaps = [element for element in walk(cloze) if GAP.fullmatch(_class(element))]
    if cloze and not gaps:
        report.add(cloze[0]["line"], "no-gap", "a cloze without a gap", "write `[gap]{.c1}`")
    for gap in gaps:
        if not plain(children(gap)).strip():
            report.add(gap["line"], "empty-gap", "a gap without words", "write what it hides: `[gap]{.c1}`")
        if any(_class(element) for element in walk(children(gap))):
            report.add(gap["line"], "nested-gap", "a gap in a gap, which not every Anki knows", "part them")
    for element in walk([question.header, *question.blocks]):
        if GAP.fullmatch(_class(element)) and element not in gaps:
            report.add(element["line"], "misplaced-gap", "a gap outside a cloze block", "put it into `::: cloze`")


def _class(element: Element) -> str:
    """Return the class of a `:::` block or a gap, nothing for any other element."""
    return (attributes(element)[1] or [""])[0] if element["t"] in ("Div", "Span") else ""
