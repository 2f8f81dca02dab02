"""`check --json`: problems as SARIF."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from crib.cli.sarif import sarif
from crib.problems import ERROR, WARNING, Problem
from tests.commands import crib
from tests.conftest import ANSWER, FRONT

if TYPE_CHECKING:
    from tests.conftest import MakeBook


def test_check_as_json(make_book: MakeBook) -> None:
    """The same problems as in the text, with rule, level, file and line; exit status and text stay."""
    folder = make_book(ANSWER.replace(" {#answer}", ""), book="")
    (folder / "01-first-steps.md").write_text(f"{FRONT}{ANSWER}\n## How? {{#how}}\n")
    plain, done = crib("check", "--content", folder), crib("check", "--json", "--content", folder)
    assert (done.returncode, done.stderr, plain.stdout) == (1, plain.stderr, "")
    [run] = json.loads(done.stdout)["runs"]
    results = [(result["ruleId"], result["level"]) for result in run["results"]]
    assert results == [("no-released", "warning"), ("no-answer", "error")]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["no-answer", "no-released"]
    [place] = run["results"][1]["locations"]
    physical = place["physicalLocation"]
    assert physical["artifactLocation"]["uri"] == (folder / "01-first-steps.md").as_uri()
    line = physical["region"]["startLine"]
    assert f"01-first-steps.md:{line}: error[no-answer]" in done.stderr


def test_a_book_without_problems(make_book: MakeBook) -> None:
    """It has a log, too, without results."""
    done = crib("check", "--json", "--content", make_book())
    assert done.returncode == 0
    assert json.loads(done.stdout)["runs"][0]["results"] == []


def test_parts_of_a_problem() -> None:
    """Missing parts of a problem are omitted; spaces in file names are escaped, and the hint ends the message."""
    whole = Problem("my book/a.md", 3, "math", "What?", "So.", WARNING)
    bare = Problem("", 0, "", "Why?", severity=ERROR)
    results = json.loads(sarif([whole, bare]))["runs"][0]["results"]
    uri = {"uri": "my%20book/a.md"}
    assert results == [
        {
            "level": "warning",
            "message": {"text": "What?\nSo."},
            "ruleId": "math",
            "locations": [{"physicalLocation": {"artifactLocation": uri, "region": {"startLine": 3}}}],
        },
        {"level": "error", "message": {"text": "Why?"}},
    ]
