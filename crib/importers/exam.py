"""Import LaTeX documents of the class `exam`: questions with parts, solutions and choices.

pandoc drops the commands of the class, so each is replaced by a mark, a paragraph of its own, before parsing.
https://ctan.org/pkg/exam
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from secrets import token_hex
from typing import TYPE_CHECKING

from crib.importers.inlines import trimmed
from crib.importers.log import NOT_AN_ANSWER
from crib.importers.outline import flat
from crib.importers.parse_draft import with_stem
from crib.importers.questions import Imported, ImportedChapter, ImportedChoice, ImportedQuestion
from crib.importers.read_pandoc import document_of
from crib.model.chapter_names import readable
from crib.model.elements import bullet_list, children, string, with_contents
from crib.model.tree import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crib.foreign.source_file import SourceFile
    from crib.importers.formats import ReadOptions
    from crib.model.elements import Element, Elements

_LEVELS = {"question": 1, "bonusquestion": 1, "titledquestion": 1, "bonustitledquestion": 1}
_LEVELS |= {"part": 2, "bonuspart": 2, "subpart": 3, "bonussubpart": 3, "subsubpart": 4, "bonussubsubpart": 4}
_OPTIONAL = r"\s*(?:\[(?P<points>[^\]]*)\])?"
_COMMAND = re.compile(
    r"(?P<escaped>\\\\|\\%)|(?P<comment>(?<!\\)%[^\n]*)"
    rf"|\\(?P<asks>{'|'.join(sorted(_LEVELS, key=len, reverse=True))})(?![a-zA-Z@])"
    rf"(?:\s*\{{(?P<title>[^{{}}]*)\}})?{_OPTIONAL}"
    r"|\\(?P<choice>choice|CorrectChoice|correctchoice)(?![a-zA-Z@])"
    r"|\\(?P<edge>begin|end)\s*\{(?P<name>questions|(?:sub)*parts|(?:onepar)?(?:choices|checkboxes)|solution\w*)\}"
    r"(?:\s*\[[^\]]*\])*"
    r"|\\fillin(?![a-zA-Z@])(?:\s*\[(?P<fill>[^\]]*)\])?(?:\s*\[[^\]]*\])?"
    r"|\\(?:addpoints|noaddpoints|printanswers|noprintanswers|pointsinrightmargin|gradetable|droppoints)(?![a-zA-Z@])"
    r"(?:\s*\[[^\]]*\])*"
)
_EXAM = re.compile(r"^[^%\n]*\\(?:documentclass\s*(?:\[[^\]]*\])?\s*\{exam\}|begin\s*\{questions\})", re.MULTILINE)


def is_exam(source: SourceFile) -> bool:
    """Return True if a LaTeX file is an exam."""
    return bool(_EXAM.search(source.text))


@dataclass(frozen=True)
class _Mark:
    kind: str
    line: int
    points: str = ""


@dataclass
class _Item:
    """A question (`level` 1) or a part of one."""

    level: int
    line: int
    points: str = ""
    stem: Elements = field(default_factory=list)
    solution: Elements = field(default_factory=list)
    choices: list[tuple[Elements, bool]] = field(default_factory=list)
    parts: list[_Item] = field(default_factory=list)


def read(source: SourceFile, options: ReadOptions) -> Imported:  # noqa: ARG001 - as all readers
    """Return the questions of an exam; a part becomes a question that repeats the text above it. Raises CribError."""
    return _Exam(source).read()


class _Exam:
    def __init__(self, source: SourceFile) -> None:
        self._source = source
        self._token = f"Crib{token_hex(6)}x"
        self._marks: list[_Mark] = []
        self._blanks: list[tuple[int, str]] = []

    def read(self) -> Imported:
        marked = self._marked(self._source.text)
        document = document_of(self._source, marked.encode(), "latex")
        self._log = document.log
        for line, answer in self._blanks:
            self._log.leave_out(line, answer, "left out: the answer of a blank")
        chapters = [
            ImportedChapter(title or document.title or readable(self._source.path.stem), tuple(questions))
            for title, items in self._chapters(flat(document.blocks))
            if (questions := [question for item in items for question in self._questions(item, [])])
        ]
        return Imported(
            file=self._source.name,
            chapters=tuple(chapters),
            left_out=tuple(document.log.left_out),
            title=document.title,
            media=document.media,
        )

    def _marked(self, text: str) -> str:
        """Return *text* with a mark for each command of the class."""

        def mark(match: re.Match[str]) -> str:
            line = text.count("\n", 0, match.start()) + 1
            if match["escaped"] or match["comment"]:
                return match[0]
            if match["asks"]:
                title = f" {match['title']}: " if match["title"] else ""
                return self._mark(match["asks"], line, match["points"] or "") + title
            if match["choice"]:
                return self._mark("right" if match["choice"].lower() == "correctchoice" else "wrong", line)
            if match["edge"]:
                name = re.sub(r"^onepar|^sub+|^solution.*", "", match["name"]) or "solution"
                return self._mark(f"{match['edge']} {name.replace('checkboxes', 'choices')}", line)
            if match[0].startswith("\\fillin"):
                self._blanks += [(line, match["fill"])] if match["fill"] else []
                return r"\_\_\_\_"
            return ""

        return _COMMAND.sub(mark, text)

    def _mark(self, kind: str, line: int, points: str = "") -> str:
        self._marks.append(_Mark(kind, line, points))
        return rf"\par {self._token}{len(self._marks) - 1} \par "

    def _chapters(self, blocks: Iterator[Element]) -> list[tuple[str, list[_Item]]]:
        """Return each heading with the questions below it."""
        chapters: list[tuple[str, list[_Item]]] = [("", [])]
        path: list[_Item] = []
        state = ""
        for block in self._split(blocks):
            mark = self._mark_of(block)
            if block["t"] == "Header":
                chapters.append((" ".join(plain(children(block)).split()), []))
                path, state = [], ""
                self._log.near = chapters[-1][0]
            elif mark is None:
                self._add(block, path, state)
            elif mark.kind in _LEVELS:
                item = _Item(_LEVELS[mark.kind], mark.line, mark.points)
                path = [other for other in path if other.level < item.level]
                (path[-1].parts if path else chapters[-1][1]).append(item)
                path.append(item)
                state = ""
            elif path and mark.kind in ("right", "wrong"):
                path[-1].choices.append(([], mark.kind == "right"))
                state = "choice"
            elif mark.kind in ("begin solution", "begin choices"):
                state = mark.kind
            elif mark.kind.startswith("end"):
                state = ""
                if mark.kind == "end parts":
                    path = path[:-1] if path and path[-1].level > 1 else path
                elif mark.kind == "end questions":
                    path = []
        return chapters

    def _split(self, blocks: Iterator[Element]) -> Iterator[Element]:
        """Yield *blocks*, with each mark as a paragraph of its own."""
        for block in blocks:
            if block["t"] in ("Para", "Plain") and self._token in plain(block):
                part: Elements = []
                for inline in children(block):
                    if plain(inline).startswith(self._token):
                        if trimmed(part):
                            yield with_contents(block, trimmed(part))
                        yield with_contents(block, [inline])
                        part = []
                    else:
                        part.append(inline)
                if trimmed(part):
                    yield with_contents(block, trimmed(part))
            else:
                yield block

    def _mark_of(self, block: Element) -> _Mark | None:
        text = plain(block) if block["t"] in ("Para", "Plain") else ""
        number = text.removeprefix(self._token)
        return self._marks[int(number)] if text != number and number.isdecimal() else None

    def _add(self, block: Element, path: list[_Item], state: str) -> None:
        if not path:
            self._log.leave_out_element(block, NOT_AN_ANSWER)
        elif state == "begin solution":
            path[-1].solution.append(block)
        elif state == "choice":
            path[-1].choices[-1][0].append(block)
        else:
            path[-1].stem.append(block)

    def _questions(self, item: _Item, stem: Elements) -> Iterator[ImportedQuestion]:
        """Yield the question in *item*, after *stem*, and the questions in its parts."""
        whole = [*stem, *item.stem]
        if item.solution or item.choices or not item.parts:
            question, others = with_stem([], whole)
            if item.points:
                self._log.near = plain(question)
                self._log.leave_out(item.line, f"[{item.points}]", "left out: points")
            right = any(is_right for _, is_right in item.choices)
            choices = tuple(ImportedChoice(blocks, is_right) for blocks, is_right in item.choices)
            if choices and not right:
                others = [*others, bullet_list([blocks for blocks, _ in item.choices])]
            yield ImportedQuestion(
                question=question or [string(f"{item.line}")],
                answer=item.solution,
                line=item.line,
                stem=others,
                choices=choices if right else (),
            )
        for part in item.parts:
            yield from self._questions(part, whole)
