"""One noun has one meaning: no two public classes of Crib share a name."""

from __future__ import annotations

import ast
from collections import defaultdict

from tests.conftest import ROOT


def test_class_names_are_unique() -> None:
    """Each class name is unique."""
    places: dict[str, list[str]] = defaultdict(list)
    for path in sorted((ROOT / "crib").rglob("*.py")):
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places[node.name].append(str(path.relative_to(ROOT)))
    assert len(places) > 100
    assert {name: paths for name, paths in places.items() if len(paths) > 1} == {}
