"""The study page imports the output of `weak --json`."""

from __future__ import annotations

import json
from contextlib import closing
from typing import TYPE_CHECKING

from crib.source import read_book
from tests.commands import crib
from tests.conftest import ANSWER, MakeBook
from tests.decks import imported
from tests.outputs.web.pages import build, forget
from tests.outputs.web.test_study import PROGRESS, load

if TYPE_CHECKING:
    from pathlib import Path

    from tests.chromium import Chromium

NOW = 1_769_860_800_000  # 2026-01-31 12:00 UTC
DAY = 86_400_000
NEW = "\n## And one that is new? {#new}\n\nYes.\n"


def test_the_study_page_loads_a_ranking(make_book: MakeBook, page: Chromium, tmp_path: Path) -> None:
    """Its file is a progress file: a weak answer counts as unknown, and one without reviews has no rating."""
    folder = make_book(ANSWER + NEW)
    with closing(imported(read_book(folder).book, tmp_path).collection) as anki:
        [card] = anki.find_cards("Key:answer")
        rows = [(NOW - day * DAY, card, -1, 1, 1, 1, 0, 1, 1) for day in range(9)]
        anki.db.executemany("INSERT INTO revlog VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
    path = tmp_path / "weak.json"
    path.write_text(crib("weak", tmp_path / "collection.anki2", "--content", folder, "--json").stdout)
    (tmp_path / "study.html").write_bytes(build(folder))
    forget(page, tmp_path / "study.html")
    load(page, path)
    page.wait(f"{PROGRESS} !== null")
    assert json.loads(page.value(PROGRESS)) == {"answer": 1}
