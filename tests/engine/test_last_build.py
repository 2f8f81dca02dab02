"""Reasons for rebuilding a file, as in `all -n`."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crib.engine import last_build
from crib.engine.dist import Dist
from crib.engine.job import Job
from crib.engine.last_build import LastBuild
from tests.engine.test_dist import publish

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


@dataclass(frozen=True)
class Part:
    """An argument with the files of its chapters."""

    files: tuple[str, ...]


def test_reasons(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is built without one; a file is built for the changes of its own chapters, or else for all of them."""
    book = tmp_path / "book"
    book.mkdir()
    one, two = book / "1.md", book / "2.md"
    for file in (one, two):
        file.write_text("old")
        os.utime(file, (1e9, 1e9))
    dist = Dist(tmp_path / "dist")
    job, other = (Job(path, str, (Part((str(file),)),)) for path, file in (("1.pdf", one), ("3.pdf", two)))

    def build(*request: str) -> LastBuild:
        return LastBuild(dist, request, book, [one, two], [])

    assert build().reason(job) == "not built yet"
    publish(dist, {"1.pdf": "built"})
    assert build().reason(job) == "built with other options"
    build().write({"1.pdf": dist.key("1.pdf") or ""}, [], {})
    assert build().unchanged == ["1.pdf"]
    assert build("other").unchanged is None
    with monkeypatch.context() as another:
        another.setattr(last_build, "fingerprint", lambda: b"another")
        assert build().unchanged is None
        assert build().reason(job) == "Crib or one of its tools was updated"
    assert build().reason(job) == "built with other options"
    assert build().reason(other) == "not built yet"
    two.write_text("changed")
    assert build().unchanged is None
    assert build().reason(job) == f"{two} changed"
    one.unlink()
    assert build().reason(job).startswith(f"{one} ")
    (dist.path / "1.pdf").write_text("by hand")
    assert build().reason(job) == "modified since it was built"
