"""The reference is what the command line, the schemas and the code say today."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click
import pytest
import yaml

from crib.cli import main
from crib.source import read_book
from tools.reference import COMMANDS, DOCS, PAGES, SCHEMAS, SETTINGS

if TYPE_CHECKING:
    from tests.conftest import MakeBook


@pytest.mark.parametrize("name", PAGES)
def test_pages(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each page is up to date; `make reference` writes it again."""
    monkeypatch.setattr(main, "_help_option", None)  # that of the first context, which a test may have made
    assert (DOCS / name).read_text(encoding="utf-8") == PAGES[name]()


def test_every_command_and_schema_is_there() -> None:
    """Each once."""
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
    folder = make_book("\n\n".join([question, *body, other]), front=f"{front}\n\n", book=book, **{"tags.yaml": tags})
    (folder / "01-first-steps.md").rename(folder / "04-training-models.md")
    assert not read_book(folder).problems
