"""Read a chapter file: front matter, questions, and the answer, gist, hint and cloze of each."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from crib.engine.cached import cached
from crib.model import Answer, Chapter, Picture
from crib.model.chapter_names import CHAPTER_NAME, slug_in, title_in
from crib.model.elements import attribute_pairs, attributes, children, target, text_block
from crib.model.keys import slug
from crib.model.numbers import number_of
from crib.model.practice import is_practice
from crib.model.sheet_figures import is_marked
from crib.model.tree import find_all, plain
from crib.problems import WARNING, Problem, Report
from crib.source.answer_checks import SINGLE_BLOCKS, check_gaps, check_places, class_of
from crib.source.exercises import exercises
from crib.source.figure_marks import check_figure_marks
from crib.source.formula_strip import read_strip
from crib.source.front_matter import chapter_number, read_front_matter
from crib.source.headings import is_question, split_title
from crib.source.incremental import read_blocks
from crib.source.picture_files import check_pictures
from crib.source.practice import check_practice
from crib.source.settings import check_settings, line_of
from crib.source.sources import unknown_source
from crib.source.task_lists import CHOICES, check_choices
from crib.source.text_file import read_text
from crib.source.titles import check_written_title

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path
    from typing import Final

    from crib.model import Source
    from crib.model.elements import Element, Elements
    from crib.source.settings import Settings

_KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
NO_QUESTIONS: Final = "no-questions"
"""The error code of a file without questions."""

_RETIRED = 0
"""The chapter number of all answers in retired.md."""
_SWITCH = {"true": True, "false": False}

ChapterReading = tuple["Chapter | None", "list[Problem]"]
"""A chapter (None if unreadable) and its problems."""


@dataclass(frozen=True)
class _Question:
    header: Element
    blocks: Elements


def read_chapters(paths: Sequence[Path], folder: Path, sources: Mapping[str, Source]) -> Iterator[ChapterReading]:
    """Yield the chapter in each of *paths* (None if unreadable) and its problems."""
    reports = [Report(str(path)) for path in paths]
    texts = [read_text(path, report) for path, report in zip(paths, reports, strict=True)]
    parsed = _chapter.each(
        (text, path.name, str(path), sources) for path, text in zip(paths, texts, strict=True) if text is not None
    )
    for text, report in zip(texts, reports, strict=True):
        chapter = _with_pictures(*next(parsed), folder, report) if text is not None else None
        yield chapter, report.problems


def read_retired(path: Path, folder: Path, sources: Mapping[str, Source], report: Report) -> Chapter | None:
    """Return the retired answers in *path* as a chapter; None if the file is unreadable.

    A retired cloze needs no answer.
    """
    text = read_text(path, report)
    if text is None:
        return None
    chapter, problems = _retired(text, report.file, sources)
    return _with_pictures(chapter, problems, folder, report)


def _with_pictures(
    chapter: Chapter | None, problems: Iterable[Problem], folder: Path, report: Report
) -> Chapter | None:
    """Return *chapter* with digests of its pictures; add its *problems*, and those of its pictures, to *report*."""
    report.problems += problems
    return replace(chapter, answers=tuple(check_pictures(chapter.answers, folder, report))) if chapter else None


@cached
def _chapter(text: str, name: str, file: str, sources: Mapping[str, Source]) -> tuple[Chapter | None, list[Problem]]:
    """Return the chapter in *text*, from a file called *name*, and its problems.

    A file without front matter and questions is not a chapter, unless it has the name of one.
    """
    report = Report(file)
    front = read_front_matter(text, report)
    if not front:
        return None, report.problems
    formulas, rest = read_strip(front.rest, report)
    title, blocks = split_title(read_blocks(rest, report), report)
    if written := front.settings.get("title"):
        check_written_title(written, line_of(front.text, "title"), report)
    title = written or title or title_in(name)
    number = chapter_number(name, front.settings, report)
    chapter = Chapter(
        number=number,
        title=title,
        slug=slug_in(name, title),
        file=file,
        answers=tuple(_answers(blocks, number, sources, report)),
        exercises=tuple(exercises(front.settings, front.text, sources, report)),
        formulas=formulas,
    )
    if chapter.answers or chapter.exercises:
        return chapter, report.problems
    hint = "start each question with `## `, write `{.cards}` above a table of questions, or `import` the file"
    nothing = Problem(file, 1, NO_QUESTIONS, "this file has no questions", hint, WARNING)
    if wrong := next((problem for problem in report.problems if problem.code in ("heading", "card-columns")), None):
        nothing = replace(nothing, line=wrong.line, text=f"{nothing.text}: {wrong.text}", hint=wrong.hint)
    if front.is_there or CHAPTER_NAME.fullmatch(name):
        return chapter, report.problems or [nothing]
    return None, [nothing]


@cached
def _retired(text: str, file: str, sources: Mapping[str, Source]) -> tuple[Chapter, list[Problem]]:
    report = Report(file)
    _, blocks = split_title(read_blocks(text, report), report)
    answers = tuple(_answers(blocks, _RETIRED, sources, report))
    return Chapter(_RETIRED, "", "", file, answers, ()), report.problems


def _answers(blocks: Elements, chapter: int, sources: Mapping[str, Source], report: Report) -> Iterator[Answer]:
    number = 0
    for question in _questions(blocks, report):
        settings = _question_settings(question.header, report)
        number = number_of(settings["n"]) if "n" in settings else number + 1
        name = settings.get("source", "")
        if name and name not in sources:
            report.add(question.header["line"], *unknown_source(name, sources))
        yield replace(_answer(question, settings, (chapter, number), report), source=sources.get(name))


def _questions(blocks: Elements, report: Report) -> Iterator[_Question]:
    starts = [i for i, block in enumerate(blocks) if block["t"] == "Header"]
    ends = [*starts, len(blocks)]
    if ends[0]:
        report.add(
            blocks[0]["line"],
            "stray-text",
            "this text comes before the first question",
            "start each question with `## `; only a title, `# My title`, may come before the first",
        )
    if others := [blocks[i] for i in starts if not is_question(blocks[i])]:
        more = f", nor do {len(others) - 1} more in this file" if len(others) > 1 else ""
        hint = "start each question with `## `; a title, `# My title`, may only be at the beginning of a file"
        report.add(others[0]["line"], "heading", f"a heading with one `#` does not start a question{more}", hint)
    for start, end in zip(starts, ends[1:], strict=True):
        if is_question(blocks[start]):
            yield _Question(blocks[start], blocks[start + 1 : end])


def _question_settings(header: Element, report: Report) -> Settings:
    """Return the valid attributes of *header*; report the others, and an invalid key."""
    line = header["line"]
    key, _, pairs = attributes(header)
    names = [name for name, _ in attribute_pairs(header)]
    for name in sorted({name for name in names if names.count(name) > 1}):
        report.add(line, "duplicate-key", f"the attribute `{name}=` is given twice", "keep one of them")
    if key and not _KEY.fullmatch(key):
        report.add(
            line,
            "bad-key",
            f"`#{key}` is not a valid key",
            "use lower-case words with hyphens, such as {#gradient-descent}",
        )
    return check_settings(pairs, "answer", {(): line}, report)


def _answer(question: _Question, settings: Settings, place: tuple[int, int], report: Report) -> Answer:
    key, is_retired = attributes(question.header)[0], place[0] == _RETIRED
    typed = settings.get("answer", "")
    text = _text_parts(question, typed, report)
    _check_answer(question, text, typed, report, is_retired=is_retired)
    return Answer(
        key=key if key or is_retired else slug(plain(text["question"])),
        chapter=place[0],
        number=place[1],
        tags=tuple(settings.get("tags", "").split()),
        level=settings.get("level", ""),
        see=tuple(settings.get("see", "").split()),
        typed=typed,
        reverse=_SWITCH.get(settings.get("reverse", "")),
        line=question.header["line"],
        keyed=bool(key),
        links=tuple(dict.fromkeys(link for link in _links(list(text.values())) if link != key)),
        pictures=tuple(
            Picture(target(image), part, image["line"], sheet=is_marked(image))
            for part, elements in text.items()
            for image in find_all(elements, "Image")
        ),
    ).with_text(**text)


def _text_parts(question: _Question, typed: str, report: Report) -> dict[str, Elements]:
    """Return the text parts of *question* by name; a *typed* answer without another one is its gist."""
    blocks = {name: _block(name, question, report) for name in SINGLE_BLOCKS}
    if choices := next((block for block in question.blocks if class_of(block) == CHOICES), None):
        blocks[CHOICES] = check_choices(children(choices), report, choices["line"])
    body = [block for block in question.blocks if class_of(block) not in SINGLE_BLOCKS]
    if typed and not (blocks["gist"] or body):
        blocks["gist"] = [text_block(typed, question.header["line"])]
    return {"question": children(question.header), "body": body, **blocks}


def _check_answer(
    question: _Question, text: Mapping[str, Elements], typed: str, report: Report, *, is_retired: bool
) -> None:
    """Report missing parts of an answer, and parts in a wrong place."""
    line, body = question.header["line"], text["body"]
    blocks = {name: text[name] for name in SINGLE_BLOCKS}
    has_choices = any(class_of(block) == CHOICES for block in question.blocks)
    if typed and has_choices:
        problem = "the answer of a question with choices cannot be typed"
        report.add(line, "typed-choices", problem, "remove `answer=` or the `::: choices`")
    if not plain(text["question"]).strip():
        report.add(line, "no-question", "this question has no text", "write the question after `## `")
    if is_retired and not attributes(question.header)[0]:
        report.add(line, "no-key", "a retired answer needs its key", "write the key that it was published with")
    has_answer = text["gist"] or has_choices or any(not is_practice(block) for block in body)
    is_cloze_alone = is_retired and text["cloze"] and not (has_answer or text["hint"] or body)
    if not (has_answer or is_cloze_alone):
        report.add(line, "no-answer", "this question has no answer", "write the answer below the question")
    check_places(text["question"], body, blocks, report)
    check_gaps([question.header, *question.blocks], blocks["cloze"], report)
    check_practice(body, list(blocks.values()), report)
    check_figure_marks(body, [text["question"], *blocks.values()], report)


def _links(parts: list[Elements]) -> Iterator[str]:
    """Yield the key of each answer linked to in *parts*."""
    addresses = map(target, find_all(parts, "Link"))
    return (address[1:] for address in addresses if address.startswith("#"))


def _block(name: str, question: _Question, report: Report) -> Elements:
    """Return the contents of the block *name* of *question*; report a second one."""
    blocks = [block for block in question.blocks if class_of(block) == name]
    for block in blocks[1:]:
        report.add(block["line"], "duplicate-block", f"this question has two {name} blocks", "merge them")
    return children(blocks[0]) if blocks else []
