"""Plain scripts for each of Crib's outputs: the same text through pandoc.

The text is extracted from the chapters beforehand; that time is not measured:

sheets, pocket  question and gist
cards           question, hint and gist
quiz            all questions, then all gists
book            question, gist and answer; the e-book and the deck as well

A script may call pandoc once per chapter, or once per output file, some of them with all chapters. The
first keeps memory small; the second loads WeasyPrint fewer times. Both sums are fair, so both are printed.
"""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.measure import PYTHON, ROOT

if TYPE_CHECKING:
    from pathlib import Path

PANDOC = next((ROOT / ".venv").glob("lib/python*/site-packages/pypandoc/files/pandoc"), "pandoc")
"""The pandoc of Crib's own installation."""

A_CHAPTER = "one call per chapter"
A_FILE = "one call per file"
BOTH = f"{A_CHAPTER}, {A_FILE}"

_READER = "commonmark_x+implicit_figures"
_ENGINE = f"--pdf-engine={ROOT / '.venv/bin/weasyprint'}"
_FRONT = re.compile(r"---\n.*?^title: (?P<title>.*?)$.*?^---\n(?P<rest>.*)", re.DOTALL | re.MULTILINE)
_HEADING = re.compile(r"## (?P<question>[^\n]*?) *\{#(?P<key>[\w-]+)[^\n]*\}\n(?P<rest>.*)", re.DOTALL)
_BLOCK = re.compile(r"^::: (gist|hint|cloze)\n(.*?)^:::$", re.DOTALL | re.MULTILINE)
_WEASYPRINT = "pandoc and WeasyPrint"
_COMPILE = "import sys, typst; typst.compile(sys.argv[1], output=sys.argv[2])"


@dataclass(frozen=True)
class Answer:
    """The Markdown of one answer."""

    key: str
    question: str
    gist: str
    hint: str
    body: str

    @classmethod
    def of(cls, text: str) -> Answer:
        """Return the answer in *text*, which begins with its question. Raises ValueError."""
        if not (match := _HEADING.match(text)):
            raise ValueError(f"no question: {text[:60]!r}")
        blocks = dict(_BLOCK.findall(match["rest"]))
        body = _BLOCK.sub("", match["rest"]).strip()
        return cls(match["key"], match["question"], blocks.get("gist", ""), blocks.get("hint", ""), body)


@dataclass(frozen=True)
class Chapter:
    """A chapter with answers."""

    name: str
    title: str
    answers: tuple[Answer, ...]


@dataclass(frozen=True)
class Script:
    """Commands for one output, run one after another in the folder of the book.

    `sums` names the sums it counts in: `A_CHAPTER`, `A_FILE`, `BOTH` or none.
    """

    output: str
    sums: str
    name: str
    commands: list[list[str | Path]]


def read_chapters(content: Path) -> list[Chapter]:
    """Return the chapters with answers of the book in *content*. Raises OSError, ValueError."""
    chapters = []
    for path in sorted(content.glob("[0-9]*.md"), key=lambda path: int(path.stem.split("-")[0])):
        if not (match := _FRONT.match(path.read_text(encoding="utf-8"))):
            raise ValueError(f"no front matter: {path}")
        _, *texts = re.split(r"^(?=## )", match["rest"], flags=re.MULTILINE)
        if texts:
            chapters.append(Chapter(path.stem, match["title"], tuple(map(Answer.of, texts))))
    return chapters


def scripts(content: Path, work: Path) -> list[Script]:
    """Write the input of plain scripts for the book in *content* into *work*, and return the scripts.

    One file goes into *content*, since Typst looks for pictures beside it.
    """
    chapters = read_chapters(content)
    gists = _write(work / "gists", chapters, "## {0.question}\n\n{0.gist}")
    cards = _write(work / "cards", chapters, "## {0.question}\n\n{0.hint}\n\n{0.gist}")
    questions = _write(work / "questions", chapters, "## {0.question}")
    full = _write(work / "full", chapters, "## {0.question} {{#{0.key}}}\n\n{0.gist}\n\n{0.body}")
    pairs = [[f"{a.question}\n\n%%%\n\n{a.gist}\n\n{a.body}" for a in chapter.answers] for chapter in chapters]
    (work / "chapters.json").write_text(json.dumps(pairs), encoding="utf-8")
    typ = content / "book.typ"
    return [
        Script("sheets", A_CHAPTER, _WEASYPRINT, _pdfs(gists)),
        Script("sheets", A_FILE, _WEASYPRINT, [*_pdfs(gists), _pdf(gists, work / "sheets.pdf")]),
        Script("cards", A_CHAPTER, _WEASYPRINT, _pdfs(cards)),
        Script("cards", A_FILE, _WEASYPRINT, [_pdf(cards, work / "cards.pdf")]),
        Script("quiz", A_CHAPTER, _WEASYPRINT, _pdfs(questions, gists)),
        Script("quiz", A_FILE, _WEASYPRINT, [_pdf([*questions, *gists], work / "quiz.pdf")]),
        Script("pocket", BOTH, _WEASYPRINT, _pdfs(gists)),
        Script("book", A_CHAPTER, _WEASYPRINT, _pdfs(full)),
        Script("book", A_FILE, _WEASYPRINT, [_pdf(full, work / "book.pdf", "--toc")]),
        Script("epub", BOTH, "pandoc --mathml", [_pandoc(full, work / "book.epub", "--mathml", "--toc")]),
        Script("anki", BOTH, "genanki, pypandoc per chapter", [_deck("chapter", work)]),
        Script("anki", "", "genanki, pypandoc per answer", [_deck("answer", work)]),
        Script("book", "", "pandoc and Typst", [_pandoc(full, typ), _typst(typ, work)]),
        Script("book", "", "Typst alone", [_typst(typ, work)]),
    ]


def _write(folder: Path, chapters: list[Chapter], form: str) -> list[Path]:
    """Write one file per chapter, with each answer in this *form*."""
    folder.mkdir(parents=True)
    for chapter in chapters:
        text = "\n\n".join([f"# {chapter.title}", *map(form.format, chapter.answers)])
        (folder / f"{chapter.name}.md").write_text(text + "\n", encoding="utf-8")
    return [folder / f"{chapter.name}.md" for chapter in chapters]


def _pandoc(sources: list[Path], out: Path, *options: str) -> list[str | Path]:
    return [PANDOC, *sources, "--from", _READER, "--standalone", "--metadata", "title=Plain", *options, "-o", out]


def _pdf(sources: list[Path], out: Path, *options: str) -> list[str | Path]:
    return _pandoc(sources, out, _ENGINE, *options)


def _pdfs(*sources: list[Path]) -> list[list[str | Path]]:
    """Return one call per chapter, to print the chapter's files in *sources*."""
    return [_pdf(list(files), files[0].with_suffix(".pdf")) for files in zip(*sources, strict=True)]


def _deck(how: str, work: Path) -> list[str | Path]:
    return [PYTHON, ROOT / "benchmarks/plain_deck.py", how, _READER, work / "chapters.json", work / f"{how}.apkg"]


def _typst(source: Path, work: Path) -> list[str | Path]:
    return [sys.executable, "-c", _COMPILE, source, work / "typst.pdf"]
