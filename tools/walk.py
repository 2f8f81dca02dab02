"""Write docs/walk.md: one answer on its way from Markdown to PDF, printed at six stations."""

from __future__ import annotations

import inspect
import json
import re
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pikepdf

from crib.outputs.sheets.jobs import fit_sheet, print_chapter_sheet
from crib.print.chapter_html import render_chapter
from crib.print.pdf.print_setup import PrintSetup
from crib.problems import Report
from crib.render.fragments import render_answers
from crib.render.templates import Templates
from crib.source import read_book
from crib.source.markdown import read_markdown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from crib.model import Answer
    from crib.outputs.sheets.jobs import Sheet
    from crib.print.chapter_html import ChapterHtml

ROOT = Path(__file__).resolve().parent.parent
WALK = ROOT / "docs/walk.md"
KEY = "feature-scaling"
PARTS = ("question", "gist", "body")

BOOK = """\
key: walk
title: A Walk
authors: [The Crib contributors]
language: en-US
license: CC0
description: One answer at six stations.
released: 2024-02-29
"""
FRONT = "---\ntitle: Training Models\nnumber: 4\n---\n\n"
ANSWERS = """\
## Why do you scale features? {#feature-scaling n=2 tags="gradient-descent" level=explain}

::: gist
Unscaled, the cost $J(\\theta)$ is a *long bowl*.
:::

Descent then takes many steps, as [its cost](#step-cost) shows.

## What does one step of Gradient Descent cost? {#step-cost n=3}

::: gist
One partial derivative per feature.
:::

So it grows linearly with the number of features.
"""

PAGE = """\
# A walk: one answer from Markdown to PDF

An answer passes six stations on its way to a cheat sheet. For each station this page names the function that makes
the data, and shows the data as Crib holds it; `…` marks omissions. `make walk` writes this page, and a test fails when
it is out of date. The reasons are in [design.md](design.md), the words in its [glossary](design.md#glossary).

Two things are not shown. `crib/cli/` and `crib/pipeline/` turn a command into a graph of jobs; `crib/engine/` runs the
jobs in worker processes and caches their results. Stations 4 to 6 run inside such jobs.

## 1. Markdown

A chapter is a file such as `content/04-training-models.md`. One of its answers:

{markdown}

## 2. The pandoc tree

Made by {body}.

pandoc parses the file. Every element of the tree knows its line, so every problem can be reported with one. The gist
is a `Div` on line {line}, which contains:

{tree}

## 3. The answer

Made by {read}.

The tree is checked and divided into answers, chapters and one `Book`: frozen data, defined in `crib/model/book.py`.
Text stays a pandoc tree, packed to save memory.

{answer}

## 4. HTML fragments

Made by {render}, which is called by {typeset}.

A `Flavor` decides how one medium shows formulas, links, pictures and notes; then pandoc writes HTML. In the flavor of
paper, shown here, a formula is an SVG drawing by MathJax, stored beside the HTML, and a link shows the code of its
target. The e-book and the Anki deck have flavors of their own.

{fragments}

## 5. The fit

Made by {fit}.

Answers are measured in columns of a few widths. From these heights Crib computes the largest type in which they fill
whole pages, or half a page, and the place of each answer:

{fitted}

## 6. The PDF

Made by {print}.

The template `templates/sheets/sheet.html.j2` puts the fragments in their places, and WeasyPrint prints them. The bytes
become `dist/sheets/04-training-models.pdf`. This is its tag tree, from which screen readers read:

{pdf}
"""


def walk() -> str:
    """Return the text of docs/walk.md."""
    with TemporaryDirectory() as folder:
        Path(folder, "book.yaml").write_text(BOOK, encoding="utf-8")
        Path(folder, "04-training-models.md").write_text(FRONT + ANSWERS, encoding="utf-8")
        book = read_book(Path(folder)).book
        templates = Templates()
        chapter = render_chapter(book.part(book.chapters[0], *PARTS), templates, PARTS)
        setup = PrintSetup.of(book, templates, "sheets/sheets.css")
        sheet = fit_sheet(chapter, setup, None)
        gist = _gist()
        return PAGE.format(
            markdown=_code("markdown", ANSWERS.partition("\n## ")[0]),
            body=_named(read_markdown),
            line=gist["line"],
            tree=_code("json", _tree(gist)),
            read=_named(read_book),
            answer=_code("python", _answer(next(answer for answer in book.answers if answer.key == KEY))),
            render=_named(render_answers),
            fragments=_code("html", _fragments(chapter)),
            typeset=_named(render_chapter),
            fit=_named(fit_sheet),
            fitted=_code("python", _fitted(sheet)),
            print=_named(print_chapter_sheet),
            pdf=_code("text", "\n".join(_tags(print_chapter_sheet(chapter, setup, sheet)))),
        )


def _named(function: Callable[..., Any]) -> str:
    """Return the name of *function* and the path of its module, in Markdown."""
    function = inspect.unwrap(function)
    file = inspect.getsourcefile(function)
    assert file is not None  # noqa: S101 - a Python function has one
    return f"`{function.__name__}` in `{Path(file).resolve().relative_to(ROOT).as_posix()}`"


def _code(language: str, text: str) -> str:
    return f"```{language}\n{text.strip()}\n```"


def _gist() -> dict[str, Any]:
    """Return the pandoc tree of the gist, with line numbers of the whole file."""
    blank = "\n" * FRONT.count("\n")
    blocks = read_markdown(blank + ANSWERS, Report("04-training-models.md"))
    return next(block for block in blocks if block["t"] == "Div")


def _tree(div: dict[str, Any]) -> str:
    """Return some elements of the paragraph in *div*, one on each line."""
    [paragraph] = div["c"][1]
    inlines = [json.dumps(element, ensure_ascii=False) for element in paragraph["c"] if element["t"] != "Space"]
    lines = "\n  ".join([f"{inlines[0]},", "…", f"{inlines[3]},", f"{inlines[4]},", "…"])
    return f'{{"t": "Para", "line": {paragraph["line"]}, "c": [\n  {lines}\n]}}'


def _answer(answer: Answer) -> str:
    names = ("key", "chapter", "number", "tags", "level", "line", "links")
    fields = "".join(f"\n    {name}={getattr(answer, name)!r}," for name in names)
    return f"Answer({fields}\n    packed=…,\n    …\n)\nanswer.code == {answer.code!r}"


def _fragments(chapter: ChapterHtml) -> str:
    entry = next(entry for entry in chapter.entries if entry.key == KEY)
    parts = (f"<!-- {name} -->\n{getattr(entry, name)}" for name in PARTS)
    html = "\n".join(part.strip() for part in parts)
    return re.sub(r'src="math:\w+" style="[^"]*"', 'src="math:…" style="…"', html)


def _fitted(sheet: Sheet) -> str:
    page = sheet.fit.format
    size = f"paper=<{page.paper.width} x {page.paper.height} mm>, half={page.half}"
    fitted, shape = type(sheet.fit).__name__, type(page).__name__
    lines = [f"{fitted}(format={shape}({size}, columns={page.columns}, …), size={sheet.fit.size}, pages=("]
    for columns in sheet.fit.pages:
        for column in columns:
            blocks = ", ".join(f"<{placed.block.id}>" for placed in column.blocks)
            lines.append(f"    {type(column).__name__}(left={column.left}, width={column.width}, blocks=({blocks})),")
    return "\n".join([*lines, "))"])


def _tags(pdf: bytes) -> Iterator[str]:
    """Yield the tags of *pdf*, indented by depth, with their alternative texts."""
    with pikepdf.open(BytesIO(pdf)) as document:
        yield from _below(document.Root.StructTreeRoot, 0)


def _below(tag: Any, depth: int) -> Iterator[str]:
    kids = tag.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            alternative = f'  "{kid.Alt}"' if "/Alt" in kid else ""
            yield "  " * depth + str(kid.S).removeprefix("/") + alternative
            yield from _below(kid, depth + 1)


if __name__ == "__main__":
    WALK.write_text(walk(), encoding="utf-8")
