"""Write the reference: commands, settings, and the messages for the examples in docs/problems.md.

    make reference

A test fails if one of them is out of date.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click

from crib.cli import main
from crib.lint import lint
from crib.outputs.registry import OUTPUTS
from crib.scaffold import scaffold
from crib.source import read_book
from tools.template_reference import template_list

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crib.problems import Problem

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
SCHEMAS = ROOT / "crib/source/schema"


# Commands

COMMANDS_PAGE = """\
# Commands

What `crib --help` and the `--help` of each command say. In a clone, type `python3 build.py` in place of `crib`, or
`make` for the shipped book: `make sheets ARGS="--chapter 4"`. `make reference` writes this page.

Paths of built files go to stdout, everything else to stderr. The exit status is 0 for success, 1 for problems in the
book or a failed build, 2 for wrong usage, 3 for a missing system library, 130 after Ctrl-C, and 143 after SIGTERM.
"""

COMMANDS = {
    "Begin": ("new", "import"),
    "Write": ("serve", "watch", "check", "fix"),
    "Build": ("all", "pdf", *(output.name for output in OUTPUTS), "clean"),
    "Learn": ("weak",),
    "Hand over": ("export", "a11y", "doctor"),
}
"""All commands, in the order of use."""


def commands() -> str:
    """Return the text of docs/commands.md."""
    settings: dict[str, Any] = {**main.context_settings, "terminal_width": 78}  # as in a terminal of 80 columns
    top = click.Context(main, info_name="crib", **settings)
    parts = [COMMANDS_PAGE, _code("text", main.get_help(top))]
    for title, names in COMMANDS.items():
        parts.append(f"\n## {title}")
        for name in names:
            command = main.get_command(top, name)
            assert command  # noqa: S101 - it is in the list
            context = click.Context(command, parent=top, info_name=name, **settings)
            parts += [f"\n### crib {name}\n", _code("text", command.get_help(context))]
    return "\n".join(parts) + "\n"


def _code(language: str, text: str) -> str:
    return f"```{language}\n{text.strip()}\n```"


# Settings

SETTINGS_PAGE = """\
# Settings

All settings of a book, its chapters, its questions and its blocks. Each is optional unless a table calls it required.
[Your editor](editor.md) can complete them, since they are defined by JSON schemas (`crib/source/schema/`).
`make reference` writes this page.
"""

WITHOUT_SETTINGS = """\
Without this file, the title of the book is that of its only chapter, or the name of its folder; its key is made from
the title; and its language is English. A file with all settings:"""

SETTINGS = {
    "book": ("book.yaml", WITHOUT_SETTINGS),
    "chapter": ("Front matter of a chapter", "At the top of a chapter's file, between two lines `---`:"),
    "answer": ("Attributes of a question", "In braces behind the question, after its key:"),
    "since": ("Attributes of a `since` block", "The date of the change:"),
    "term": ("Attributes of an index term", "Behind the word:"),
    "figure": ("Attributes of a figure", "Behind the picture:"),
    "measured": ("Attributes of a measured number", "Behind a number in a `practice` block:"),
    "tags": ("tags.yaml", "If a book has this file, tags that it does not list are errors."),
}
"""Headings and introductions of the schemas."""

EXAMPLES = {
    "chapter": "---\ntitle: Training Models\nnumber: 4\nexercises:\n  8-12: notebooks\n---",
    "answer": '## Why do you scale features? {#feature-scaling n=2 tags="scaling svm" level=explain see="kernels"}',
    "since": "::: {.since date=2024-05}\nThe limit is now 100.\n:::",
    "term": 'Small [rates]{.term as="learning rate"} take many steps.',
    "figure": '![The cost is a bowl](figures/bowl.svg "The cost"){sheet=true}',
    "measured": "::: practice\nThe tree had a depth of [84]{.measured as=depth within=25%}.\n:::",
    "tags": "scaling: scaling of features\nsvm: support vector machines",
}


def settings() -> str:
    """Return the text of docs/settings.md."""
    parts = [SETTINGS_PAGE]
    for name, (heading, text) in SETTINGS.items():
        schema = json.loads((SCHEMAS / f"{name}.json").read_text(encoding="utf-8"))
        example = EXAMPLES.get(name) or _all_settings()
        parts += [f"## {heading}\n", f"{text}\n", _code("yaml" if heading.endswith(".yaml") else "markdown", example)]
        parts += ["\n| setting | meaning |", "|:--|:--|", *_rows(schema), ""]
    return "\n".join(parts)


def _all_settings() -> str:
    """Return the book.yaml of a new book with all settings turned on."""
    text = scaffold("My Book", "en-US", ["A. Writer"])["book.yaml"]
    text = re.sub(r"^released: .*$", "released: 2026-11-22", text, flags=re.MULTILINE)
    return re.sub(r"^# (?= *[a-z]+:)", "", text, flags=re.MULTILINE)


def _rows(schema: dict[str, Any], path: str = "") -> Iterator[str]:
    """Yield a table row for each setting in *schema*, below *path*."""
    properties = {**schema.get("properties", {}), **schema.get("then", {}).get("properties", {})}
    if isinstance(others := schema.get("additionalProperties"), dict):
        properties[others.get("title", "NAME")] = others
    for name, subschema in properties.items():
        described = subschema.get("then", subschema)["description"]
        limit = f"; at most {subschema['maxLength']:,} characters" if "maxLength" in subschema else ""
        required = "; required" if name in schema.get("required", ()) else ""
        yield f"| `{path}{name}` | {described}{limit}{required} |"
        yield from _rows(subschema, f"{path}{name}.")
        yield from _rows(subschema.get("items", {}), f"{path}{name}.")


# Problems

BOOK = "key: cells\ntitle: Cells\nauthors: [A. Writer]\nlanguage: en-US\nlicense: CC0\nreleased: 2026-11-22\n"
CHAPTER = "## What is a cell? {#cell}\n\nThe smallest unit of life.\n"
PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 2"><circle cx="1" cy="1" r="1"/></svg>'

FILES = {"markdown": "cells.md", "yaml": "book.yaml"}
"""The file name of an example without a title."""

_SECTION = re.compile(r"^### `(.+?)`$", re.MULTILINE)
_EXAMPLE = re.compile(r"((?:^```(?:markdown|yaml|json).*?^```\n+)+)^```text\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_INPUT = re.compile(r'^```(\w+)(?: title="(.+?)")?\n(.*?)^```$', re.DOTALL | re.MULTILINE)


def problems() -> str:
    """Return the text of docs/problems.md, with Crib's messages after each example."""
    before, *sections = _SECTION.split((DOCS / "problems.md").read_text(encoding="utf-8"))
    parts = [before]
    for code, text in zip(sections[::2], sections[1::2], strict=True):
        parts += [f"### `{code}`", _EXAMPLE.sub(partial(_with_messages, code), text)]
    return "".join(parts)


def _with_messages(code: str, example: re.Match[str]) -> str:
    files = {title or FILES[language]: text for language, title, text in _INPUT.findall(example[1])}
    messages = "\n".join(str(problem) for problem in _problems_of(files) if problem.code == code)
    return f"{example[1]}{_code('text', messages)}"


def _problems_of(files: dict[str, str]) -> list[Problem]:
    """Return the problems of a book with these *files*, in a folder mybook."""
    with TemporaryDirectory() as folder:
        book = Path(folder, "mybook")
        for name, text in {
            FILES["yaml"]: BOOK,
            FILES["markdown"]: CHAPTER,
            "figures/cell.svg": PICTURE,
            **files,
        }.items():
            (book / name).parent.mkdir(parents=True, exist_ok=True)
            (book / name).write_text(text, encoding="utf-8")
        reading = read_book(book)
        all_problems = sorted({*reading.problems, *lint(reading.book, complete=reading.complete)})
        place = Path(folder).as_posix()
        return [
            replace(problem, file=problem.file.removeprefix(f"{place}/"), hint=problem.hint.replace(f"{place}/", ""))
            for problem in all_problems
        ]


PAGES = {"commands.md": commands, "settings.md": settings, "problems.md": problems, "template-list.md": template_list}
"""Functions for the contents of the pages of the reference."""


if __name__ == "__main__":
    for name, text in PAGES.items():
        (DOCS / name).write_text(text(), encoding="utf-8")
