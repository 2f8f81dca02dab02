"""The reference agrees with the command line, the schemas and the code."""

from __future__ import annotations

import ast
import re
from functools import cache
from typing import TYPE_CHECKING, get_args

import click
import pytest
import yaml

from crib.cli import main
from crib.problem_codes import Code
from crib.source import read_book
from tests.conftest import ROOT
from tools.reference import COMMANDS, DOCS, PAGES, PICTURE, SCHEMAS, SETTINGS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import MakeBook

PROBLEMS = (DOCS / "problems.md").read_text(encoding="utf-8")
FROM_OUTSIDE = {"crash", "print", "template", "unreadable"}
"""Codes of messages in the words of Python, WeasyPrint, Jinja and the operating system."""


@pytest.mark.parametrize("name", PAGES)
def test_pages(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each page is up to date; `make reference` writes it again."""
    monkeypatch.setattr(main, "_help_option", None)  # that of the first context, which a test may have made
    assert (DOCS / name).read_text(encoding="utf-8") == PAGES[name]()


def test_every_command_and_schema_is_there() -> None:
    """Each command and schema is listed once."""
    named = [name for names in COMMANDS.values() for name in names]
    assert sorted(named) == main.list_commands(click.Context(main))
    assert SETTINGS.keys() == {path.stem for path in SCHEMAS.glob("*.json")}


def test_examples_of_settings(make_book: MakeBook) -> None:
    """A book of all examples has no problem, and each setting in it."""
    text = (DOCS / "settings.md").read_text(encoding="utf-8")
    settings, front, question, *body, tags = re.findall(r"^```\w+\n(.*?)\n```$", text, re.MULTILINE | re.DOTALL)
    assert all(f"\n{name}:" in f"\n{settings}" for name in yaml.safe_load(settings))
    book = settings.replace("least: 20, most: 450, required: true", "least: 0, most: 450")
    other = "## What do kernels do? {#kernels}\n\nThey compare.\n"
    files = {"tags.yaml": tags, "figures/bowl.svg": PICTURE}
    folder = make_book("\n\n".join([question, *body, other]), front=f"{front}\n\n", book=book, **files)
    (folder / "01-first-steps.md").rename(folder / "04-training-models.md")
    assert not read_book(folder).problems


def modules() -> Iterator[ast.Module]:
    """Yield all modules of Crib but the list of codes, parsed."""
    for path in (ROOT / "crib").rglob("*.py"):
        if path.name != "problem_codes.py":
            yield ast.parse(path.read_text(encoding="utf-8"))


@cache
def strings() -> frozenset[str]:
    """Return all strings in the code."""
    nodes = (node for module in modules() for node in ast.walk(module))
    return frozenset(node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str))


@cache
def templates() -> re.Pattern[str]:
    """Return a pattern of all f-strings with ten or more fixed characters, with any values in their fields."""
    found = set()
    for module in modules():
        for node in ast.walk(module):
            if isinstance(node, ast.JoinedStr):
                parts = [str(part.value) if isinstance(part, ast.Constant) else None for part in node.values]
                if sum(len(part or "") for part in parts) >= 10:
                    found.add("".join(".+" if part is None else re.escape(part) for part in parts))
    return re.compile(f"(?:.+ )?(?:{'|'.join(sorted(found))})")  # a problem may get the name of a file


def is_said(words: str) -> bool:
    """Tell whether a string in the code is *words*, or most of them."""
    return bool(templates().fullmatch(words)) or any(
        words == text or (len(text) >= 10 and text in words) for text in strings()
    )


def test_every_code_is_listed() -> None:
    """Each code is listed once, and no other; and each is in the code."""
    listed = re.findall(r"^### `(.+)`$", PROBLEMS, re.MULTILINE)
    assert sorted(listed) == sorted(get_args(Code))
    assert set(listed) <= strings()


def test_every_code_has_a_message() -> None:
    """An example is followed by Crib's messages (`test_pages`); the other messages are in the code."""
    sections = re.split(r"^### `(.+)`$", PROBLEMS, flags=re.MULTILINE)[1:]
    for code, text in zip(sections[::2], sections[1::2], strict=True):
        said = rf"```text\n(?:.*: )?(?:error|warning|note)\[{code}\]: (.+)(?:\n  hint: (.+))?"
        assert re.search(said, text), code
        for message in re.findall(rf"\n\n{said}", text):
            for words in filter(None, message):
                assert code in FROM_OUTSIDE or is_said(words), words
