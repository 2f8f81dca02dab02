"""A new book is complete: every setting is explained, and every file is valid."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from crib.problems import Report
from crib.scaffold import scaffold
from crib.source.settings import read_settings
from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

SCHEMA = json.loads((ROOT / "crib/source/schema/book.json").read_text(encoding="utf-8"))
OFF = re.compile(r"^# (?= *[a-z]+:)", re.MULTILINE)


def read(text: str) -> dict[str, Any]:
    """Return the settings in *text*, free of mistakes."""
    report = Report("book.yaml")
    found = read_settings(text, "book", report)
    assert report.problems == []
    return found


def names(schema: dict[str, Any], path: str = "") -> Iterator[str]:
    """Yield the path of each setting in *schema*."""
    for name, inner in {**schema.get("properties", {}), **schema.get("then", {}).get("properties", {})}.items():
        yield f"{path}{name}"
        yield from names(inner, f"{path}{name}.")


def paths(value: object, path: str = "") -> Iterator[str]:
    """Yield the path of each setting in *value*."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield f"{path}{name}"
            yield from paths(inner, f"{path}{name}.")


def test_every_setting_is_explained() -> None:
    """With all settings turned on, book.yaml is valid and has every setting."""
    text = scaffold("A Book", "en-US", [])["book.yaml"]
    assert set(names(SCHEMA)) <= set(paths(read(OFF.sub("", text))))
    assert set(read(text)) == {"key", "title", "language", "released"}
    assert max(map(len, text.splitlines())) <= 80


@settings(max_examples=60, derandomize=True, database=None, deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cn"]), min_size=1).map(str.strip).filter(bool))
def test_any_title(title: str) -> None:
    """Quotes, colons, emoji and other directions of text arrive as they are."""
    book = read(scaffold(title, "fr", [title, 'A "B", #C'])["book.yaml"])
    assert book["title"] == title
    assert book["authors"] == [title, 'A "B", #C']
    assert book["language"] == "fr"


@pytest.mark.parametrize("language", ["en-US", "fr"])
def test_workflow(language: str) -> None:
    """It is YAML for a workflow on GitHub; its actions have versions, and nothing is left to fill in."""
    text = scaffold("A Book", language, [])[".github/workflows/book.yml"]
    workflow = yaml.safe_load(text)
    assert workflow.keys() == {"name", "on", "permissions", "jobs"}
    build, pages = workflow["jobs"].values()
    assert build.keys() == {"runs-on", "steps"}
    assert pages.keys() == {"if", "needs", "runs-on", "environment", "permissions", "steps"}
    for step in (*build["steps"], *pages["steps"]):
        assert step.keys() <= {"name", "if", "uses", "with", "run", "env", "working-directory"}
        assert ("uses" in step) != ("run" in step)
        assert "uses" not in step or re.fullmatch(r"actions/[a-z-]+@v\d+", step["uses"])
    commands = [step.get("run") for step in build["steps"]]
    assert "crib all" in commands
    assert "crib web --site website\ncp dist/*.apkg website\n" in commands
    [folder] = [step["with"]["path"] for step in build["steps"] if "upload-pages-artifact" in step.get("uses", "")]
    assert folder == "website"
