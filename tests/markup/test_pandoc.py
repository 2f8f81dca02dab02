"""The one module to run pandoc."""

import subprocess
from pathlib import Path

import pytest

from crib import limits
from crib.markup import pandoc
from crib.model.elements import raw, string

pytestmark = pytest.mark.usefixtures("uncached")


def test_the_pinned_pandoc_is_used_whatever_is_on_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A pandoc on PATH, however new, is not ours."""
    fake = tmp_path / "pandoc"
    fake.write_text("#!/bin/sh\necho pandoc 99.0\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    pandoc._binary.cache_clear()
    told = subprocess.run([pandoc._binary(), "--version"], capture_output=True, text=True, check=True).stdout
    assert told.startswith("pandoc 3.9\n")


def test_nothing_of_the_system_is_read(tmp_path: Path) -> None:
    """The sandbox holds, even for a format with includes."""
    (tmp_path / "secret").write_text("from outside")
    with pytest.raises(pandoc.PandocError, match="Could not load include file"):
        pandoc._run(f".. include:: {tmp_path}/secret\n", "--from", "rst", "--to", "html")


def test_fragments_keep_their_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any number of fragments is written, each on its own, as XML would have it."""
    monkeypatch.setattr(pandoc, "_FRAGMENTS_A_CALL", 400)
    fragments = {f"k/{i}": [{"t": "Plain", "c": [string(f"<{i}>"), {"t": "LineBreak"}]}] for i in range(900)}
    html = pandoc.write_html(fragments)
    assert html.keys() == fragments.keys()
    assert html["k/899"] == "&lt;899&gt;<br />\n"


def test_raw_html_of_ours_is_kept() -> None:
    """Flavors put their own HTML into the tree."""
    assert pandoc.write_html({"a": [{"t": "Plain", "c": [raw("<x/>")]}]}) == {"a": "<x/>"}


def test_time_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """An endless text is an error, not a hanging build."""
    monkeypatch.setattr(limits, "PANDOC_SECONDS", 1)
    with pytest.raises(pandoc.PandocError, match="did not finish"):
        pandoc.read("".join(f"{':' * 3} a\n" for _ in range(5000)))


def test_a_busy_machine_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Crib waits for pandoc on a busy machine, but not forever."""
    monkeypatch.setattr(pandoc, "_PATIENCE", 0.00001)
    with pytest.raises(pandoc.PandocError, match="did not finish"):
        pandoc.read("x")


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit reaches pandoc's run-time system."""
    monkeypatch.setattr(limits, "PANDOC_MEMORY", 4_000_000)
    with pytest.raises(pandoc.PandocError, match=r"heap|memory|failed"):
        pandoc.read("*a* " * 50_000)
