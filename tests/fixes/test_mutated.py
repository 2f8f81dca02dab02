"""Chapters mutated like editors and habits do, then fixed: only the mutations are changed back."""

from __future__ import annotations

import re
from itertools import chain
from random import Random
from typing import TYPE_CHECKING

from crib.fixes.fix_book import fix_book
from crib.source import read_book
from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

CHAPTERS = 8
"""Mutated chapters in a run of the tests."""

CODE = re.compile(r"^(```.*?^```|\$\$.*?\$\$)$", re.DOTALL | re.MULTILINE)
KEY = re.compile(r"^(## .*?) ?\{#([a-z0-9-]+) ?(.*?)\}$", re.MULTILINE)
FRONT = "---\ntitle: Chapter {0}\nnumber: {0}\n---\n\n"


def answers() -> list[str]:
    """Return the self-contained answers of the shipped book, as Markdown."""
    paths = chain((ROOT / "content").glob("[0-9]*.md"), (ROOT / "tests/fixtures").glob("*/[0-9]*.md"))
    texts = [text for path in sorted(paths) for text in re.split("^(?=## )", path.read_text(), flags=re.MULTILINE)[1:]]
    return [f"{text.rstrip()}\n\n" for text in texts if "[^" not in text]


def prose(change: Callable[[str], str], text: str) -> str:
    """Return *text* with a *change* to all but its code and displayed formulas."""
    return "".join(part if i % 2 else change(part) for i, part in enumerate(CODE.split(text)))


def in_marks(pattern: str, new: str, text: str) -> str:
    """Return *text* with *new* for every match of *pattern* at the beginning of a line of prose."""
    return prose(lambda part: re.sub(rf"^((?:> |  +)*){pattern}", rf"\1{new}", part, flags=re.MULTILINE), text)


def mutated(text: str, lots: Random) -> bytes:
    """Return *text* without some of its keys, with other markers and spaces, and in another encoding."""
    text = KEY.sub(lambda match: without_key(match) if lots.random() < 0.6 else match[0], text)
    text = in_marks("- ", lots.choice(["* ", "+ ", "- ", "-\u00a0"]), text)
    text = in_marks("::: ", lots.choice(["::: ", ":::\u00a0"]), text)
    text = in_marks("## ", lots.choice(["## ", "##\u00a0", "##"]), text)
    text = in_marks(": (?=[A-Z])", lots.choice([": ", ":", "Table: "]), text)
    data = lots.choice([text, text.rstrip("\n")]).replace("\n", lots.choice(["\n", "\r\n"])).encode()
    return lots.choice([b"", b"\xef\xbb\xbf"]) + data


def without_key(match: re.Match[str]) -> str:
    """Return a heading without its key."""
    return f"{match[1]} {{{match[3]}}}" if match[3] else match[1]


def with_keys(text: str, keys: Iterator[str]) -> str:
    """Return *text* with *keys* in its headings."""
    return KEY.sub(lambda match: f"{match[1]} {{#{next(keys)}{' ' * bool(match[3])}{match[3]}}}", text)


def test_fixed_chapters_are_as_before(tmp_path: Path) -> None:
    """Except removed keys: these are now the keys from reading."""
    fix_mutated(tmp_path, Random(19), CHAPTERS)


def fix_mutated(folder: Path, lots: Random, chapters: int) -> None:
    """Mutate *chapters* in *folder*, fix them, and compare them with the originals."""
    pool = answers()
    texts = {
        f"{number:02d}-chapter.md": FRONT.format(number) + "".join(lots.sample(pool, 2)).rstrip("\n") + "\n"
        for number in range(1, chapters + 1)
    }
    for name, text in texts.items():
        (folder / name).write_bytes(mutated(text, lots))
    before = {answer.key for answer in read_book(folder).book.answers}
    files, problems = fix_book(folder)
    assert problems == []
    assert len(files) > chapters / 2
    for file in files:
        file.path.write_bytes(file.after)
    read = list(read_book(folder).book.answers)
    keys = [answer.key for answer in read]
    assert all(answer.keyed for answer in read)
    assert before <= set(keys)
    written = iter(keys)
    for name, text in texts.items():
        assert (folder / name).read_bytes().decode() == with_keys(text, written)
    assert next(written, None) is None
    assert fix_book(folder) == ([], [])
