"""Small books for the tests, and the shipped one."""

from __future__ import annotations

import gc
import os
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from crib.engine.cache import Cache, use
from crib.render import font_subset
from crib.source import read_book
from tests.chromium import chromium, find

if TYPE_CHECKING:
    from crib.model import Book
    from tests.chromium import Chromium

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

_LONG = (
    "audit/",
    "cli/",
    "engine/test_cluster.py",
    "engine/test_runner.py",
    "fixes/test_mutated.py",
    "fuzz/",
    "outputs/",
    "pipeline/",
    "preview/",
    "print/",
    "source/test_captions.py",
    "source/test_svg_cost.py",
    "test_bootstrap.py",
    "test_contrast.py",
    "test_gallery.py",
    "test_release.py",
    "test_site.py",
    "weak/test_prints.py",
)
"""Tests of building, printing, drawing, mutated books, and processes.

`pytest -m quick` leaves them out, along with all tests of the shipped book.
"""


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker `quick`, keep compiled code, and handle Ctrl-C, ignored by default in background jobs."""
    if config.option.numprocesses:  # else hundreds of processes would compile Crib, each for itself
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    config.addinivalue_line("markers", "quick: reads, checks and renders small books, and builds nothing")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """With `-m quick`, do not import files without quick tests."""
    return True if config.option.markexpr == "quick" and _is_long(collection_path) else None


def pytest_collection_finish() -> None:
    """Spare the garbage collector the tests and libraries, which stay to the end."""
    gc.collect()
    gc.freeze()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests to run at every save."""
    for item in items:
        if not _is_long(item.path) and "shipped" not in getattr(item, "fixturenames", ()):
            item.add_marker("quick")


def _is_long(path: Path) -> bool:
    """Return True if the file at *path* has long tests."""
    return os.path.relpath(path, ROOT / "tests").startswith(_LONG)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """List the reasons of skipped tests, each in one line, with the missing tool and a way to install it."""
    reasons = Counter(report.longrepr[2] for report in terminalreporter.stats.get("skipped", []))
    for reason, count in sorted(reasons.items()):
        terminalreporter.write_line(f"{count} not run: {reason.removeprefix('Skipped: ')}")


def write_book(
    folder: Path, chapter: str | bytes = ANSWER, *, front: str = FRONT, book: str = BOOK, **files: str | bytes
) -> Path:
    """Write a book of one chapter and *files* to *folder*, and return it."""
    contents = {"book.yaml": book, "01-first-steps.md": chapter, **files}
    for name, content in contents.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        text = front + content if name.endswith(".md") and isinstance(content, str) else content
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


@pytest.fixture
def make_book(tmp_path: Path) -> MakeBook:
    """Return a function to write a book and return its folder."""
    return partial(write_book, tmp_path / "content")


@contextmanager
def using(cache: Cache) -> Iterator[None]:
    """Use *cache* in this process inside the `with` block."""
    before = use(cache)
    try:
        yield
    finally:
        use(before)


def session_folder(base: Path) -> Path:
    """Return the folder for all processes of this run, given the base of this one's temporary folders."""
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.fixture(scope="session", autouse=True)
def _shared_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Share one cache among all processes of this run, empty at first.

    Commands have caches of their own, so font subsets are also kept in memory: small books have the same.
    """
    shared = session_folder(tmp_path_factory.getbasetemp())
    with using(Cache(shared / "shared.sqlite", secret=b"tests")), pytest.MonkeyPatch.context() as patch:
        patch.setattr(font_subset, "_subset", lru_cache(100)(font_subset._subset))
        yield


@pytest.fixture
def uncached() -> Iterator[None]:
    """Bypass the cache, for tests of computed results."""
    with using(Cache()):
        yield


@pytest.fixture(scope="session")
def shipped() -> Book:
    """Return the book shipped with Crib."""
    return read_book(ROOT / "content").book


@pytest.fixture(scope="session")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    """Return a page in a browser, the same for all tests."""
    with chromium(find(), tmp_path_factory.mktemp("browser")) as page:
        yield page


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Cache]:
    """Return a cache in use."""
    cache = Cache(tmp_path / "cache.sqlite")
    with using(cache):
        yield cache
