"""Small books for the tests, and the shipped one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from crib.engine.cache import Cache, use
from crib.source import read_book

if TYPE_CHECKING:
    from crib.model import Book

ROOT = Path(__file__).parent.parent

BOOK = """\
key: small-book
title: A Small Book
authors: [The Crib contributors]
language: en-US
license: CC0
description: Made for a test.
released: 2024-02-29
sources:
  notebooks: {title: the notebooks, url: "https://example.org/notebooks"}
"""
FRONT = "---\ntitle: First Steps\nnumber: 1\n---\n\n"
ANSWER = """\
## What is an answer? {#answer}

::: gist
What a question asks for.
:::

Whatever settles the question.
"""

MakeBook = Callable[..., Path]


@pytest.fixture
def make_book(tmp_path: Path) -> MakeBook:
    """Return a function that writes a book and returns its folder."""

    def make(chapter: str | bytes = ANSWER, *, front: str = FRONT, book: str = BOOK, **files: str | bytes) -> Path:
        folder = tmp_path / "content"
        contents = {"book.yaml": book, "01-first-steps.md": chapter, **files}
        for name, content in contents.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            text = front + content if name.endswith(".md") and isinstance(content, str) else content
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return folder

    return make


@pytest.fixture(scope="session")
def shipped() -> Book:
    """Return the book that Crib ships."""
    return read_book(ROOT / "content").book


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Cache]:
    """Return a cache that is in use."""
    cache = Cache(tmp_path / "cache.sqlite")
    before = use(cache)
    yield cache
    use(before)
