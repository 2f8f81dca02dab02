"""docs/editor.md: problems are matched, snippets are valid Markdown, and the schemas exist."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from crib.problems import Problem
from tests.commands import crib
from tests.conftest import ANSWER, ROOT

if TYPE_CHECKING:
    from tests.conftest import MakeBook

TASKS, SETTINGS = (
    json.loads(block)
    for block in re.findall("```json\n(.*?)```", (ROOT / "docs/editor.md").read_text(encoding="utf-8"), re.DOTALL)
)
SNIPPETS = json.loads((ROOT / "docs/crib.code-snippets").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("problem", "parts"),
    [
        (Problem("a b/01.md", 31, "no-key", "no: key", "write it"), ("a b/01.md", "31", "error", "no-key", "no: key")),
        (Problem("C:\\x.md", 1, "math", "t", severity="warning"), ("C:\\x.md", "1", "warning", "math", "t")),
        (Problem("book.yaml", 0, "title", "none"), ("book.yaml", None, "error", "title", "none")),
    ],
)
def test_problem_matcher(problem: Problem, parts: tuple[str | None, ...]) -> None:
    """It finds file, line, severity, code and text in the first line of a problem, and nothing in its hint."""
    pattern = TASKS["tasks"][0]["problemMatcher"]["pattern"]
    first, *rest = str(problem).splitlines()
    match = re.search(pattern["regexp"], first)
    assert match
    assert tuple(match[pattern[name]] for name in ("file", "line", "severity", "code", "message")) == parts
    assert not any(re.search(pattern["regexp"], line) for line in rest)


def test_schemas() -> None:
    """Each schema is a file of the project."""
    assert all((ROOT / path).is_file() for path in SETTINGS["yaml.schemas"])


def inserted(name: str) -> str:
    """Return the text of a snippet with default fields."""
    body = "\n".join(SNIPPETS[name]["body"])
    choice = re.sub(r"\$\{\d\|([^,|]+)[^|]*\|\}", r"\1", body)
    return re.sub(r"\$\{\d:(.*?)\}", r"\1", choice).replace("$0", "")


def test_snippets(make_book: MakeBook) -> None:
    """All in one chapter have no problem, and the document names each."""
    assert all(f"`{snippet['prefix']}`" in (ROOT / "docs/editor.md").read_text() for snippet in SNIPPETS.values())
    parts = [inserted(name) for name in ("Formulas", "Cards", "Choices")]
    blocks = [inserted(name) for name in ("Cloze", "Practice", "Since", "Figure")]
    folder = make_book("\n".join([*parts, ANSWER, *blocks, inserted("Question")]))
    (folder / "figures").mkdir(exist_ok=True)
    (folder / "figures/picture.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle cx="5" cy="5" r="4"/></svg>'
    )
    done = crib("check", "--content", folder)
    assert (done.returncode, done.stderr) == (0, "No problems: 1 chapter, 4 answers.\n")
