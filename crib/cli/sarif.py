"""Format problems as SARIF 2.1.0, a JSON format for editors and code hosts.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from crib import __version__

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crib.problems import Problem


def sarif(problems: Sequence[Problem]) -> str:
    """Return a log with a result for each of *problems*: level is the severity, and the message ends with the hint.

    Files are relative references as the user typed them, or file URIs if absolute (section 3.4.3).
    """
    codes = sorted({problem.code for problem in problems if problem.code})
    driver = {"name": "crib", "version": __version__, "rules": [{"id": code} for code in codes]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(problem) for problem in problems],
    }
    log = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, indent=2)


def _result(problem: Problem) -> dict[str, Any]:
    text = f"{problem.text}\n{problem.hint}" if problem.hint else problem.text
    result: dict[str, Any] = {"level": problem.severity, "message": {"text": text}}
    if problem.code:
        result["ruleId"] = problem.code
    if problem.file:
        place: dict[str, Any] = {"artifactLocation": {"uri": _uri(Path(problem.file))}}
        if problem.line:
            place["region"] = {"startLine": problem.line}
        result["locations"] = [{"physicalLocation": place}]
    return result


def _uri(path: Path) -> str:
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())
