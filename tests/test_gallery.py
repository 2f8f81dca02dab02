"""The pictures of the documentation, and the small books in some of them."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from tests.commands import crib
from tests.conftest import ROOT
from tools.format_pictures import SHOWN, examples, write

if TYPE_CHECKING:
    from pathlib import Path

DOCS = ROOT / "docs"
IMAGE = re.compile(r"!\[([^\]]*)\]\(([^)\s]+)\)")
CODE = re.compile(r"^ *(`{3,}|~{3,}).*?^ *\1$|`[^`\n]+`", re.MULTILINE | re.DOTALL)
MOST_BYTES = 3_000_000


def test_pictures() -> None:
    """Each has an alternative text and more than one color, each in docs/ is shown, and all are small."""
    shown = set()
    for page in (ROOT / "README.md", *DOCS.glob("*.md")):
        for words, name in IMAGE.findall(CODE.sub("", page.read_text(encoding="utf-8"))):
            path = (page.parent / name).resolve()
            shown.add(path)
            assert len(words) > 10, name
            with Image.open(path) as picture:
                colors = picture.convert("RGB").getcolors(1)
            assert colors is None, name
    kept = [path for path in DOCS.rglob("*.png") if "_site" not in path.parts]
    assert set(kept) == shown
    assert sum(path.stat().st_size for path in kept) < MOST_BYTES


@pytest.mark.parametrize("book", ["vocabulary", "programming"])
def test_books_of_the_gallery(tmp_path: Path, book: str) -> None:
    """Books of the gallery have no problem, and not even a warning."""
    done = crib("check", "--strict", "--content", shutil.copytree(DOCS / "gallery" / book, tmp_path / "content"))
    assert done.returncode == 0, done.stderr
    assert done.stderr.startswith("No problems")


def test_cards_of_the_gallery(tmp_path: Path) -> None:
    """Each answer of the book on Git, with its code and tables, has room on a card: the output with the least room."""
    content = shutil.copytree(DOCS / "gallery/programming", tmp_path / "content")
    done = crib("cards", "--strict", "--content", content, "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert "warning" not in done.stderr


def test_examples_of_the_format(tmp_path: Path) -> None:
    """Each example with a picture in docs/format.md is a book without a problem, drawn in some media."""
    assert list(SHOWN) == list(examples())
    done = crib("check", "--strict", "--content", write(tmp_path / "content"))
    assert done.returncode == 0, done.stderr
