"""What the documentation says of the repository: each claim that a machine can check."""

from __future__ import annotations

from tools.walk import WALK, walk


def test_walk() -> None:
    """docs/walk.md shows what the code makes today; `make walk` writes it again."""
    assert WALK.read_text(encoding="utf-8") == walk()
